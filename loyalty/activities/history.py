"""One customer's whole points history, newest first, with the balance after each entry (PRODUCT D4)."""

from db.engine import Row, rows, snapshot
from db.enums import CustomerType
from loyalty import programmes, turning
from loyalty.activities import entries
from loyalty.activities.filters import PointsKind
from loyalty.activities.kinds import KINDS, named
from loyalty.activities.views import EntryList
from loyalty.customers.naming import known
from loyalty.customers.tallies import tally
from loyalty.rules.days import zone

# The balance runs in the order in which entries count, so a back-dated one raises all that came after.
_PAGE = f"""SELECT k.running, {entries.COLUMNS}
    FROM (SELECT id, running FROM (
            SELECT id, kind, CAST(sum(points) OVER (ORDER BY id) AS BIGINT) AS running
            FROM ledger_entries WHERE programme_id = {{0}} AND customer_id = {{1}}) ledger
          WHERE 1 = 1{{where}} ORDER BY id {{order}} LIMIT {{limit}}) k
    JOIN ledger_entries e ON e.programme_id = {{0}} AND e.id = k.id
    {entries.JOINS} ORDER BY k.id {{order}}"""

# Grouped outside: else SQLite prefers the programme's whole index by kind to one customer's entries.
_COUNTS = """SELECT kind, count(*) AS entries FROM (SELECT kind FROM ledger_entries
    WHERE programme_id = {} AND customer_id = {} ORDER BY id LIMIT 1000000) own GROUP BY kind"""


async def activity(
    programme_id: int, uid: str, kind: PointsKind | None = None, cursor: str | None = None
) -> EntryList:
    """One page of a customer's entries of this kind, or of all. Guests get no balances (A1).

    Raises NotFound, and Invalid for a damaged cursor.
    """
    turn = turning.turn(cursor, int)
    async with snapshot():
        who = await known(programme_id, uid)
        programme = await programmes.get(programme_id)
        counts = await rows(_COUNTS, programme_id, who.id)
        where = f" AND kind IN ({named(KINDS[kind])})" if kind else ""
        where += f" AND id {turn.beyond} {{2}}" if turn.key else ""
        sql = _PAGE.replace("{where}", where).replace("{order}", turn.order)
        found = await rows(sql.replace("{limit}", str(turn.limit)), programme_id, who.id, *(turn.key or ()))
    page, here = turn.page(found, lambda row: (row["id"],)), zone(programme.time_zone)
    shown = who.type is not CustomerType.GUEST
    return EntryList(
        rows=tuple(
            entries.view(row, programme, here, balance=row["running"] if shown else None)
            for row in page.items
        ),
        everything=tally(sum(row["entries"] for row in counts)),
        by_kind={each: tally(_counted(counts, each)) for each in PointsKind},
        previous=page.previous,
        next=page.next,
    )


def _counted(counts: list[Row], kind: PointsKind) -> int:
    return sum(row["entries"] for row in counts if row["kind"] in KINDS[kind])
