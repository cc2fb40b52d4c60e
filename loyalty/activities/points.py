"""Activities → Points: every entry of the programme, filtered, counted, added up (PRODUCT D)."""

from db.engine import Row, rows, snapshot
from loyalty import programmes, turning
from loyalty.activities import entries
from loyalty.activities.export import csv
from loyalty.activities.filters import PointsFilter, PointsKind
from loyalty.activities.kinds import KINDS
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

MOST = 5_000
"""Entries that the head of a search looks at. Where there are more, it says “at least” and adds nothing up."""

_LOOKED_AT = f"""SELECT kind, count(*) AS looked_at, CAST(sum(hit) AS BIGINT) AS entries,
      CAST(sum(hit * {totals.CREDITED}) AS BIGINT) AS credited, CAST(sum(hit * {totals.DEBITED}) AS BIGINT) AS debited
    FROM (SELECT e.kind, e.points, CASE WHEN {{hit}} THEN 1 ELSE 0 END AS hit FROM ledger_entries e
      WHERE {{within}} LIMIT {{most}}) e GROUP BY kind"""
_ANY = Condition("1 = 1")


async def points(programme_id: int, wanted: PointsFilter, cursor: str | None = None) -> PointsList:
    """One page of what the filter lets through, with counts by kind and sums over all of it.

    Raises Invalid for a damaged cursor.
    """
    turn = turning.turn(cursor, int)
    async with snapshot():
        programme = await programmes.get(programme_id)
        found = await matching(programme, wanted)
        sums, whole = await _sums(programme_id, found)
        page = turn.page(await _page(programme_id, wanted, found, turn), lambda row: (row["id"],))
    here = zone(programme.time_zone)
    counted = [row for row in sums if wanted.kind is None or row["kind"] in KINDS[wanted.kind]]
    moved = PointsTotals(sum(row["credited"] for row in counted), sum(row["debited"] for row in counted))
    return PointsList(
        rows=tuple(
            PointsRow(entries.view(row, programme, here), row["customer_uid"], name_of(row), row["email"])
            for row in page.items
        ),
        everything=_tally(sums, whole),
        by_kind={
            kind: _tally([row for row in sums if row["kind"] in KINDS[kind]], whole) for kind in PointsKind
        },
        found=_tally(counted, whole, least=len(page.items)),
        totals=moved if whole else None,
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


async def _sums(programme_id: int, found: Matching) -> tuple[list[Row], bool]:
    """Counts and sums by kind, and whether they are of everything: a search looks at `MOST` entries."""
    if found.sources is None:
        return await totals.by_kind(programme_id, (found.first, found.last)), True
    if not found.sources:
        return [], True
    hit, within = _looked_at(programme_id, found, found.sources)
    sql = (
        _LOOKED_AT.replace("{hit}", hit.sql).replace("{within}", within.sql).replace("{most}", str(MOST + 1))
    )
    sums = await rows(sql, *hit.args, *within.args)
    return sums, sum(row["looked_at"] for row in sums) <= MOST


def _looked_at(
    programme_id: int, found: Matching, sources: tuple[Condition, ...]
) -> tuple[Condition, Condition]:
    """What makes an entry count, and which are looked at: those of who was found, or the newest of everybody's."""
    if found.wide:
        everybodys = found.branch(None, _ANY)
        hit = " OR ".join(f"({source.sql})" for source in sources)
        args = tuple(value for source in sources for value in source.args)
        return Condition(hit, args), Condition(
            f"{everybodys.sql} ORDER BY e.id DESC", (programme_id, *everybodys.args)
        )
    branches = [found.branch(source, _ANY) for source in sources]
    if len(branches) == 1:
        return _ANY, Condition(branches[0].sql, (programme_id, *branches[0].args))
    ids = " UNION ".join(
        f"SELECT id FROM (SELECT e.id FROM ledger_entries e WHERE {branch.sql} LIMIT {MOST + 1}) branch"
        for branch in branches
    )
    args = tuple(value for branch in branches for value in (programme_id, *branch.args))
    return _ANY, Condition(f"e.programme_id = {{}} AND e.id IN ({ids})", (programme_id, *args))


def _tally(counted: list[Row], whole: bool, *, least: int = 0) -> Tally:
    """`least`: so many there are at any rate, also where the search looked at others."""
    return Tally(max(sum(row["entries"] for row in counted), least), not whole)
