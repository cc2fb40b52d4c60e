"""Activities → Points: every entry of the programme, filtered, counted, added up (PRODUCT D)."""

from db.engine import Row, rows, snapshot
from loyalty import programmes, turning
from loyalty.activities import entries
from loyalty.activities.export import csv
from loyalty.activities.filters import PointsFilter, PointsKind
from loyalty.activities.kinds import KINDS, named
from loyalty.activities.matching import Matching, matching, of_kind
from loyalty.activities.views import PointsList, PointsRow, PointsTotals
from loyalty.customers.search import Condition
from loyalty.customers.views import Tally
from loyalty.ledger import totals
from loyalty.rules.days import zone
from loyalty.rules.naming import name_of
from loyalty.turning import Turn

__all__ = ["csv", "points"]

_PAGE = f"""SELECT c.uid AS customer_uid, c.first_name, c.last_name, c.email, c.phone, c.erased_at, {entries.COLUMNS}
    FROM (SELECT id FROM ({{branches}}) found ORDER BY id {{order}} LIMIT {{limit}}) k
    JOIN ledger_entries e ON e.programme_id = {{0}} AND e.id = k.id
    JOIN customers c ON c.programme_id = {{0}} AND c.id = e.customer_id
    {entries.JOINS} ORDER BY k.id {{order}}"""

_SUMS = """SELECT e.kind, count(*) AS entries,
      CAST(sum(CASE WHEN e.points > 0 THEN e.points ELSE 0 END) AS BIGINT) AS credited,
      CAST(sum(CASE WHEN e.points < 0 THEN e.points ELSE 0 END) AS BIGINT) AS debited
    FROM ledger_entries e WHERE {where} GROUP BY e.kind"""

# Named one by one, the kinds let the sums be read from one index alone.
_ANY_KIND = Condition(f"e.kind IN ({named(tuple(kind for kinds in KINDS.values() for kind in kinds))})")


async def points(programme_id: int, wanted: PointsFilter, cursor: str | None = None) -> PointsList:
    """One page of what the filter lets through, with counts by kind and sums over all of it.

    Raises Invalid for a damaged cursor.
    """
    turn = turning.turn(cursor, int)
    async with snapshot():
        programme = await programmes.get(programme_id)
        found = await matching(programme, wanted)
        sums = await _sums(programme_id, found)
        page = turn.page(await _page(programme_id, wanted, found, turn), lambda row: (row["id"],))
    here = zone(programme.time_zone)
    counted = [row for row in sums if wanted.kind is None or row["kind"] in KINDS[wanted.kind]]
    return PointsList(
        rows=tuple(
            PointsRow(entries.view(row, programme, here), row["customer_uid"], name_of(row), row["email"])
            for row in page.items
        ),
        everything=_tally(sums),
        by_kind={kind: _tally([row for row in sums if row["kind"] in KINDS[kind]]) for kind in PointsKind},
        found=_tally(counted),
        totals=PointsTotals(sum(row["credited"] for row in counted), sum(row["debited"] for row in counted)),
        since=found.since,
        until=found.until,
        previous=page.previous,
        next=page.next,
    )


async def _page(programme_id: int, wanted: PointsFilter, found: Matching, turn: Turn) -> list[Row]:
    """Each alternative brings its own first rows by an index of its own; the page is the first of those."""
    found, alternatives = found.beyond(turn), list[tuple[Condition | None, Condition]]()
    if found.sources is not None:
        alternatives = [(source, of_kind(wanted)) for source in found.sources]
    elif wanted.kind:
        alternatives = [(None, Condition("e.kind = {}", (kind,))) for kind in KINDS[wanted.kind]]
    else:
        alternatives = [(None, Condition("1 = 1"))]
    branches, args = [], []
    for source, kind in alternatives:
        branch = found.branch(source, kind)
        branches.append(
            f"SELECT id FROM (SELECT e.id FROM ledger_entries e WHERE {branch.sql}"
            f" ORDER BY e.id {turn.order} LIMIT {turn.limit}) branch"
        )
        args += [programme_id, *branch.args]
    if not branches:
        return []
    sql = _PAGE.replace("{branches}", " UNION ".join(branches))
    sql = sql.replace("{order}", turn.order).replace("{limit}", str(turn.limit))
    return await rows(sql, *args)


async def _sums(programme_id: int, found: Matching) -> list[Row]:
    if found.sources == ():
        return []
    if found.sources is None:
        return await totals.by_kind(programme_id, (found.first, found.last))
    if len(found.sources) == 1:
        branch = found.branch(found.sources[0], _ANY_KIND)
        return await rows(_SUMS.replace("{where}", branch.sql), programme_id, *branch.args)
    branches = [found.branch(source, Condition("1 = 1")) for source in found.sources]
    ids = " UNION ".join(f"SELECT e.id FROM ledger_entries e WHERE {branch.sql}" for branch in branches)
    args = [value for branch in branches for value in (programme_id, *branch.args)]
    return await rows(
        _SUMS.replace("{where}", f"e.programme_id = {{}} AND e.id IN ({ids})"), programme_id, *args
    )


def _tally(counted: list[Row]) -> Tally:
    """An exact count: the sums have read every row anyway."""
    return Tally(sum(row["entries"] for row in counted))
