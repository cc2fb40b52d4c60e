"""Points issued, redeemed and expired in several spans of days, in one statement, from the ledger's totals."""

from collections.abc import Sequence
from datetime import date
from zoneinfo import ZoneInfo

from db.enums import EntryKind
from loyalty.activities.filters import PointsKind
from loyalty.activities.kinds import KINDS
from loyalty.activities.matching import ids_of
from loyalty.home.views import Moved
from loyalty.ledger import totals

Span = tuple[date, date]

_COUNTED = (PointsKind.EARNED, PointsKind.REDEEMED, PointsKind.EXPIRED)
_WORDS = {kind: word for word in _COUNTED for kind in KINDS[word]}


async def moved(programme_id: int, spans: Sequence[Span], here: ZoneInfo) -> tuple[Moved, ...]:
    """What happened in each span, in the order asked for."""
    sums: dict[tuple[int, PointsKind], int] = {}
    for row in await totals.by_kind(programme_id, *(ids_of(*span, here) for span in spans)):
        if word := _WORDS.get(EntryKind(row["kind"])):
            sums[row["span"], word] = sums.get((row["span"], word), 0) + abs(row["credited"] + row["debited"])
    return tuple(
        Moved(since, until, *(sums.get((n, word), 0) for word in _COUNTED))
        for n, (since, until) in enumerate(spans)
    )
