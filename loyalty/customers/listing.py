"""The customers list: latest activity first, searched, filtered, a page at a time (PRODUCT B1).

A page costs a fixed number of statements whatever the programme holds: an exact and a text lookup when
something is searched, the tallies, the tiers, and the rows with what each customer can spend.
"""

from db.engine import Row, one, rows, snapshot
from db.enums import CustomerType
from db.paging import Page
from loyalty import clock, turning
from loyalty.customers import search
from loyalty.customers.filters import CustomerFilter
from loyalty.customers.naming import name_of
from loyalty.customers.search import Condition, People
from loyalty.customers.tallies import CAP, tally, together
from loyalty.customers.tier_marks import tier_marks
from loyalty.customers.views import CustomerList, CustomerRow, Tally, TierMark
from loyalty.turning import Turn

SPENDABLE = """coalesce((SELECT sum(l.remaining) FROM lots l WHERE l.programme_id = c.programme_id
        AND l.customer_id = c.id AND l.remaining > 0 AND l.available_at <= {}
        AND (l.lapses_at IS NULL OR l.lapses_at > {} OR (p.pause_expiry_while_left AND c.type = 'left'))), 0)"""
"""Points in lots that can be spent at a moment; a due expiry that nobody posted yet is deducted (C2)."""

_ROWS = f"""SELECT c.id, c.uid, c.type, c.first_name, c.last_name, c.email, c.phone, c.spend_minor,
      c.last_activity_at, s.tier_id, CAST({SPENDABLE} - coalesce(a.debt, 0) AS BIGINT) AS available
    FROM (SELECT * FROM customers c WHERE c.programme_id = {{}}{{where}}
          ORDER BY {{first}} {{order}}, c.id {{order}} LIMIT {{limit}}) c
    JOIN programmes p ON p.programme_id = c.programme_id
    LEFT JOIN accounts a ON a.programme_id = c.programme_id AND a.customer_id = c.id
    LEFT JOIN customer_tiers s ON s.programme_id = c.programme_id AND s.customer_id = c.id
    ORDER BY c.last_activity_at {{order}}, c.id {{order}}"""


async def listing(programme_id: int, wanted: CustomerFilter, cursor: str | None = None) -> CustomerList:
    """One page of the customers that `wanted` lets through. PRODUCT B1.

    Available points are None for guests (A1). Tallies stop at 1,000. Raises Invalid for a damaged cursor.
    """
    turn = turning.turn(cursor, str, int)
    async with snapshot():
        found = await search.people(programme_id, wanted.q)
        by_type = await _tallies(programme_id, found)
        marks = await tier_marks(programme_id)
        page = await _page(programme_id, wanted.type, found, turn)
    everyone = together(list(by_type.values()))
    return CustomerList(
        rows=tuple(_view(row, marks) for row in page.items),
        everyone=everyone,
        by_type=by_type,
        found=by_type[wanted.type] if wanted.type else everyone,
        previous=page.previous,
        next=page.next,
    )


async def _page(programme_id: int, kind: CustomerType | None, found: People | None, turn: Turn) -> Page[Row]:
    conditions = [found.condition] if found else []
    if kind:
        conditions.append(Condition("c.type = {}", (kind,)))
    if turn.key:
        at, id_ = turn.key
        conditions.append(
            Condition(f"(c.last_activity_at, c.id) {turn.beyond} ({{}}, {{}})", (turning.moment(at), id_))
        )
    now = clock.now()
    sql = _ROWS.replace("{where}", "".join(f" AND {each.sql}" for each in conditions))
    # An expression keeps the planner from walking everybody by activity to find the few who were named.
    named = found is not None and found.few is not None
    first = "coalesce(c.last_activity_at, c.last_activity_at)" if named else "c.last_activity_at"
    sql = sql.replace("{first}", first).replace("{order}", turn.order).replace("{limit}", str(turn.limit))
    args = (value for each in conditions for value in each.args)
    return turn.page(
        await rows(sql, now, now, programme_id, *args),
        lambda row: (row["last_activity_at"].isoformat(), row["id"]),
    )


async def _tallies(programme_id: int, found: People | None) -> dict[CustomerType, Tally]:
    condition = found.condition if found else Condition("1 = 1")
    # Few people are read by their ids: an expression keeps the planner off the index by type.
    kind_of = "c.type" if found is None or found.few is None else "c.type || ''"
    counted = ", ".join(
        f"(SELECT count(*) FROM (SELECT 1 FROM customers c WHERE c.programme_id = {{}} AND {kind_of} = '{kind}'"
        f" AND {condition.sql} LIMIT {CAP + 1}) capped) AS {kind}"
        for kind in CustomerType
    )
    row = await one(f"SELECT {counted}", *(programme_id, *condition.args) * len(CustomerType))
    assert row is not None
    return {kind: tally(row[kind]) for kind in CustomerType}


def _view(row: Row, marks: dict[int, TierMark]) -> CustomerRow:
    kind = CustomerType(row["type"])
    return CustomerRow(
        uid=row["uid"],
        name=name_of(row),
        email=row["email"],
        type=kind,
        tier=marks.get(row["tier_id"]),
        segment=None,
        available=None if kind is CustomerType.GUEST else row["available"],
        lifetime_spend=row["spend_minor"],
        last_activity=row["last_activity_at"],
    )
