"""Points issued, redeemed and expired in several spans of days, in one statement.

Each span is a range of one index that holds the points too: the cost follows the entries of the spans,
never those of the whole ledger.
"""

from collections.abc import Sequence
from datetime import date
from zoneinfo import ZoneInfo

from db.engine import rows
from db.enums import EntryKind
from loyalty.activities.filters import PointsKind
from loyalty.activities.kinds import KINDS, named
from loyalty.activities.matching import ids_of
from loyalty.home.views import Moved

Span = tuple[date, date]

_COUNTED = (PointsKind.EARNED, PointsKind.REDEEMED, PointsKind.EXPIRED)
_ONE = f"""SELECT {{n}} AS span, e.kind, CAST(sum(e.points) AS BIGINT) AS points FROM ledger_entries e
    WHERE e.programme_id = {{}} AND e.kind IN ({named(tuple(kind for word in _COUNTED for kind in KINDS[word]))})
      AND e.id >= {{}} AND e.id < {{}} GROUP BY e.kind"""


async def moved(programme_id: int, spans: Sequence[Span], here: ZoneInfo) -> tuple[Moved, ...]:
    """What happened in each span, in the order asked for."""
    branches = [_ONE.replace("{n}", str(n)) for n in range(len(spans))]
    args = [value for span in spans for value in (programme_id, *ids_of(*span, here))]
    sums: dict[tuple[int, PointsKind], int] = {}
    for row in await rows(" UNION ALL ".join(branches), *args):
        word = next(word for word in _COUNTED if EntryKind(row["kind"]) in KINDS[word])
        sums[row["span"], word] = sums.get((row["span"], word), 0) + abs(row["points"])
    return tuple(
        Moved(since, until, *(sums.get((n, word), 0) for word in _COUNTED))
        for n, (since, until) in enumerate(spans)
    )
