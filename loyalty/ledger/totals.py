"""What entries add up to by kind, without reading them: from the totals kept of stretches of time.

Totals are kept of every quarter of an hour, every hour, every day of 96 and every 30 days of 2,880 quarters, all
counted from 1990 in UTC, as ids are. Days in any time zone begin with a quarter of an hour, so that any range of
days is made of whole stretches: some hundred rows however many entries there are. An entry that a stretch
doesn't hold yet (`loyalty.ledger.counting`) waits in `uncounted_entries` and is added; nothing is ever missing or
counted twice.
"""

from datetime import timedelta
from itertools import pairwise

from db.engine import Row, rows
from db.ids import EPOCH, first_id

SIZES = (1, 4, 96, 2_880)
"""Quarters of an hour in a stretch."""
QUARTER = first_id(EPOCH + timedelta(minutes=15))
"""How many ids a quarter of an hour has: what an id is divided by to know its own."""

CREDITED = "CASE WHEN points > 0 THEN points ELSE 0 END"
DEBITED = "CASE WHEN points < 0 THEN points ELSE 0 END"

_SUMS = """SELECT span, kind, CAST(sum(entries) AS BIGINT) AS entries, CAST(sum(credited) AS BIGINT) AS credited,
      CAST(sum(debited) AS BIGINT) AS debited
    FROM ({parts}) parts GROUP BY span, kind"""
_TOTALS = """SELECT {place} AS span, kind, entries, credited, debited FROM entry_totals
      WHERE programme_id = {} AND size = {} AND start >= {} AND start < {}"""
_ENTRIES = f"""SELECT {{place}} AS span, kind, 1 AS entries, {CREDITED} AS credited, {DEBITED} AS debited FROM {{table}}
      WHERE programme_id = {{}} AND id >= {{}} AND id < {{}}"""

Ids = tuple[int, int]
"""The ids [first, last)."""


async def by_kind(programme_id: int, *spans: Ids) -> list[Row]:
    """Of each span, by its place as `span`, each kind's `entries` and points `credited` and `debited` (≤ 0).

    Where one isn’t made of whole quarters of an hour, the entries themselves are added up.
    """
    whole = not any(end % QUARTER for span in spans for end in span)
    entries = _ENTRIES.replace("{table}", "uncounted_entries" if whole else "ledger_entries")
    parts: list[str] = []
    args: list[int] = []
    for place, (first, last) in enumerate(spans):
        parts.append(entries.replace("{place}", str(place)))
        args += [programme_id, first, last]
        for stretch in stretches_of(first // QUARTER, last // QUARTER) if whole else ():
            parts.append(_TOTALS.replace("{place}", str(place)))
            args += [programme_id, *stretch]
    return await rows(_SUMS.replace("{parts}", " UNION ALL ".join(parts)), *args)


def stretches_of(first: int, last: int) -> list[tuple[int, int, int]]:
    """The quarters [first, last) as (size, start, end), the largest stretches that fit; some are empty."""
    found = []
    for size, larger in pairwise(SIZES):
        inner, outer = -(-first // larger) * larger, last // larger * larger
        if inner > outer:
            inner = outer = last
        found += [(size, first, inner), (size, outer, last)]
        first, last = inner, outer
    return [*found, (SIZES[-1], first, last)]
