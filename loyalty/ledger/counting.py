"""Bringing new entries into the totals (`loyalty.ledger.totals`), some at a time, by one worker at a time.

Verbs don't count: a total that every posting had to lock would make all of a programme's wait for each other. They
only leave a row in `uncounted_entries` (a trigger does), which readers add until a worker has taken it into the
totals, seconds later. When an entry counts says nothing about when it is written, orders and expiries of the past
come in every day, so nothing is ever closed: whatever is written waits, and is added where it belongs.
"""

from collections import defaultdict
from collections.abc import Iterator

from db.engine import Row, atomic, hold, insert_many, one, retried, rows, run
from loyalty.ledger.totals import CREDITED, DEBITED, QUARTER, SIZES

BATCH = 5_000
"""Entries that one transaction takes into the totals."""
TURNS = 20
"""Transactions in a row, then others of the worker's duties have their turn."""
LOCK, LARGEST = "entry totals", SIZES[-1]

_WAITING = """SELECT p.programme_id FROM programmes p
    WHERE EXISTS (SELECT 1 FROM uncounted_entries u WHERE u.programme_id = p.programme_id)"""
_TAKE = f"""DELETE FROM uncounted_entries WHERE programme_id = {{0}} AND id IN
    (SELECT id FROM uncounted_entries WHERE programme_id = {{0}} ORDER BY id LIMIT {BATCH})
    RETURNING id, kind, points"""
_COLUMNS = ("programme_id", "size", "start", "kind", "entries", "credited", "debited")
_ADD = """(programme_id, size, start, kind) DO UPDATE SET entries = entry_totals.entries + excluded.entries,
    credited = entry_totals.credited + excluded.credited, debited = entry_totals.debited + excluded.debited"""

_FIRST_AND_LAST = """SELECT
    (SELECT id FROM ledger_entries WHERE programme_id = {0} ORDER BY id LIMIT 1) AS first,
    (SELECT id FROM ledger_entries WHERE programme_id = {0} ORDER BY id DESC LIMIT 1) AS last"""
_FORGET_BEYOND = "DELETE FROM entry_totals WHERE programme_id = {} AND (start < {} OR start >= {})"
_FORGET = "DELETE FROM entry_totals WHERE programme_id = {} AND start >= {} AND start < {}"
# What waits is taken off in the same statement, so that nothing written meanwhile is there twice or not at all.
_QUARTERS = f"""INSERT INTO entry_totals ({", ".join(_COLUMNS)})
    SELECT programme_id, 1, start, kind, sum(entries), sum(credited), sum(debited) FROM (
      SELECT programme_id, id / {QUARTER} AS start, kind, 1 AS entries, {CREDITED} AS credited, {DEBITED} AS debited
        FROM ledger_entries WHERE programme_id = {{0}} AND id >= {{1}} AND id < {{2}}
      UNION ALL SELECT programme_id, id / {QUARTER}, kind, -1, -({CREDITED}), -({DEBITED})
        FROM uncounted_entries WHERE programme_id = {{0}} AND id >= {{1}} AND id < {{2}}) parts
    GROUP BY programme_id, start, kind HAVING sum(entries) > 0"""
_LARGER = f"""INSERT INTO entry_totals ({", ".join(_COLUMNS)})
    SELECT programme_id, {{larger}}, start / {{larger}} * {{larger}}, kind, sum(entries), sum(credited), sum(debited)
    FROM entry_totals WHERE programme_id = {{}} AND size = 1 AND start >= {{}} AND start < {{}}
    GROUP BY programme_id, start / {{larger}} * {{larger}}, kind"""


async def count_waiting() -> int:
    """Bring what waits in each programme into its totals. Returns how many entries."""
    counted = 0
    for row in await rows(_WAITING):
        for _ in range(TURNS):
            counted += (done := await count(row["programme_id"]))
            if done < BATCH:
                break
    return counted


@retried
async def count(programme_id: int) -> int:
    """Bring the first that wait into the totals, at most `BATCH`. Returns how many."""
    async with atomic():
        await hold(LOCK, programme_id)
        taken = await run(_TAKE, programme_id)
        sums: defaultdict[tuple[int, int, str], list[int]] = defaultdict(lambda: [0, 0, 0])
        for row in taken:
            for stretch in _stretches(row):
                total = sums[stretch]
                total[0] += 1
                total[1 if row["points"] > 0 else 2] += row["points"]
        added = [(programme_id, *stretch, *total) for stretch, total in sorted(sums.items())]
        await insert_many("entry_totals", _COLUMNS, added, on_conflict=_ADD)
        return len(taken)


async def recount(programme_id: int) -> None:
    """Make all totals anew from the entries, thirty days at a time, while others post and read.

    For totals that `verify` found wrong, and for entries that were written past the trigger.
    """
    for start in await _forget_beyond(programme_id):
        await _recount(programme_id, start, start + LARGEST)


@retried
async def _forget_beyond(programme_id: int) -> range:
    """The first quarters of all the thirty days with entries in them; what totals there are of others is forgotten."""
    async with atomic():
        await hold(LOCK, programme_id)
        ends = await one(_FIRST_AND_LAST, programme_id)
        first, last = (0, -1) if ends is None or ends["first"] is None else (ends["first"], ends["last"])
        there = range(first // QUARTER // LARGEST * LARGEST, last // QUARTER + 1, LARGEST)
        await run(_FORGET_BEYOND, programme_id, there.start, there.start + LARGEST * len(there))
        return there


@retried
async def _recount(programme_id: int, start: int, end: int) -> None:
    async with atomic():
        await hold(LOCK, programme_id)
        await run(_FORGET, programme_id, start, end)
        await run(_QUARTERS, programme_id, start * QUARTER, end * QUARTER)
        for size in SIZES[1:]:
            await run(_LARGER.replace("{larger}", str(size)), programme_id, start, end)


def _stretches(row: Row) -> Iterator[tuple[int, int, str]]:
    quarter = row["id"] // QUARTER
    return ((size, quarter // size * size, row["kind"]) for size in SIZES)
