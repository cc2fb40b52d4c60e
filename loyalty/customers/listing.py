"""The customers list: searched, filtered, in an order, a page at a time (PRODUCT B1).

A page costs a fixed number of statements whatever the programme holds: an exact and a text lookup when
something is searched, one when a filter is set (days and stores cost another each), the tallies, the
tiers, what can be chosen from, and the rows with what each customer can spend.
"""

from db.engine import Row, one, rows, snapshot
from db.enums import CustomerType
from db.paging import Page
from loyalty import clock
from loyalty.customers import narrowing, ordering
from loyalty.customers.choices import MOST_TAGS, choices
from loyalty.customers.filters import NO_TIER, CustomerFilter
from loyalty.customers.narrowing import AVAILABLE
from loyalty.customers.ordering import Order
from loyalty.customers.search import Condition, People, by_ids
from loyalty.customers.tallies import CAP, tally, together
from loyalty.customers.tier_marks import tier_marks
from loyalty.customers.views import Choices, CustomerList, CustomerRow, Tally, TierMark
from loyalty.rules.naming import name_of

LOOKED_AT = 5_000
"""Of the many whom a search finds, so many are counted by type; are there more, each type has “at least” so many."""

_ROWS = f"""SELECT c.id, c.uid, c.type, c.first_name, c.last_name, c.email, c.phone, c.erased_at, c.spend_minor,
      c.last_activity_at, s.tier_id, w.name AS segment, CAST({AVAILABLE} AS BIGINT) AS available
    FROM (SELECT * FROM customers c WHERE c.programme_id = {{}}{{where}} ORDER BY {{by}} LIMIT {{limit}}) c
    LEFT JOIN customer_tiers s ON s.programme_id = c.programme_id AND s.customer_id = c.id
    LEFT JOIN segment_facts v ON v.programme_id = c.programme_id AND v.customer_id = c.id
    LEFT JOIN segments w ON w.programme_id = v.programme_id AND w.id = v.value_id
    ORDER BY {{by}}"""


async def listing(programme_id: int, wanted: CustomerFilter, cursor: str | None = None) -> CustomerList:
    """One page of the customers that `wanted` lets through. PRODUCT B1.

    Available points are None for guests (A1). Tallies stop at 1,000. Raises Invalid for a damaged cursor.
    """
    turn = ordering.turned(wanted, cursor)
    async with snapshot():
        found = await narrowing.people(programme_id, wanted)
        by_type = await _tallies(programme_id, found)
        marks = await tier_marks(programme_id)
        offered = await choices(programme_id)
        named = found is not None and found.few is not None
        page = await _page(programme_id, found, Order(wanted, turn, named))
    everyone = together(list(by_type.values()))
    return CustomerList(
        rows=tuple(_view(row, marks) for row in page.items),
        everyone=everyone,
        by_type=by_type,
        found=by_type[wanted.type] if wanted.type else everyone,
        previous=page.previous,
        next=page.next,
        choices=offered,
        gone=_gone(wanted, offered),
    )


def _gone(wanted: CustomerFilter, offered: Choices) -> tuple[str, ...]:
    missing = {
        "tier": wanted.tier not in ("", NO_TIER) and wanted.tier not in offered.tiers,
        "segment": wanted.segment != "" and wanted.segment not in offered.segments,
        "store": wanted.store != "" and wanted.store not in offered.stores,
        # Only so many tags are known here; beyond them nobody can say that one is gone.
        "tag": wanted.tag not in ("", *offered.tags) and len(offered.tags) < MOST_TAGS,
    }
    return tuple(what for what, is_missing in missing.items() if is_missing)


async def _page(programme_id: int, found: People | None, order: Order) -> Page[Row]:
    conditions = [narrowing.UNMERGED, *([found.condition] if found else [])]
    if order.wanted.type:
        conditions.append(narrowing.of_type(order.wanted.type))
    if order.turn.key:
        conditions.append(order.beyond(programme_id))
    now = clock.now()
    sql = _ROWS.replace("{where}", "".join(f" AND {each.sql}" for each in conditions))
    sql = sql.replace("{by}", order.by).replace("{limit}", str(order.turn.limit))
    args = (value for each in conditions for value in each.args)
    return order.turn.page(await rows(sql, now, now, programme_id, *args), order.key)


async def _tallies(programme_id: int, found: People | None) -> dict[CustomerType, Tally]:
    if found is not None and found.few is not None:
        people = by_ids(found.few)
        counted = await rows(
            f"SELECT c.type, count(*) AS people FROM {people.sql} WHERE c.programme_id = {{}} GROUP BY c.type",
            *people.args,
            programme_id,
        )
        known = {row["type"]: row["people"] for row in counted}
        return {kind: tally(known.get(kind, 0)) for kind in CustomerType}
    if found is not None and found.source is not None:
        return await _of_many(programme_id, found.condition, found.source)
    condition = found.condition if found else Condition("1 = 1")
    sums = ", ".join(
        f"(SELECT count(*) FROM (SELECT 1 FROM customers c WHERE c.programme_id = {{}} AND c.type = '{kind}'"
        f" AND {narrowing.UNMERGED.sql} AND {condition.sql} LIMIT {CAP + 1}) capped) AS {kind}"
        for kind in CustomerType
    )
    row = await one(f"SELECT {sums}", *(programme_id, *condition.args) * len(CustomerType))
    assert row is not None
    return {kind: tally(row[kind]) for kind in CustomerType}


async def _of_many(programme_id: int, condition: Condition, source: Condition) -> dict[CustomerType, Tally]:
    counted = await rows(
        f"SELECT type, count(*) AS people FROM (SELECT c.type FROM {source.sql} WHERE c.programme_id = {{}}"
        f" AND {narrowing.UNMERGED.sql} AND {condition.sql} LIMIT {LOOKED_AT + 1}) looked_at GROUP BY type",
        *source.args,
        programme_id,
        *condition.args,
    )
    known = {row["type"]: row["people"] for row in counted}
    more = sum(known.values()) > LOOKED_AT
    tallies = {kind: tally(known.get(kind, 0)) for kind in CustomerType}
    return {kind: Tally(each.value, each.at_least or more) for kind, each in tallies.items()}


def _view(row: Row, marks: dict[int, TierMark]) -> CustomerRow:
    kind = CustomerType(row["type"])
    return CustomerRow(
        uid=row["uid"],
        name=name_of(row),
        email=row["email"],
        type=kind,
        tier=marks.get(row["tier_id"]),
        segment=row["segment"],
        available=None if kind is CustomerType.GUEST else row["available"],
        lifetime_spend=row["spend_minor"],
        last_activity=row["last_activity_at"],
    )
