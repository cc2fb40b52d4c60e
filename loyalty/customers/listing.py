"""The customers list: searched, filtered, in an order, a page at a time (PRODUCT B1).

A page costs a fixed number of statements whatever the programme holds: three lookups when something is
searched, two when a filter is set (days and stores cost another each), the tallies, the tiers, what can be
chosen from, and the rows with what each customer can spend. Where too many are let through to be named, the
list is walked for WALKED steps first, which is one more; whoever isn't met by then is found by the smallest index.
"""

from collections import Counter

from db.engine import Row, one, rows, snapshot
from db.enums import CustomerType
from db.paging import Page
from loyalty import clock
from loyalty.customers import narrowing, ordering
from loyalty.customers.choices import MOST_TAGS, choices
from loyalty.customers.filters import NO_TIER, CustomerFilter
from loyalty.customers.narrowing import AVAILABLE
from loyalty.customers.ordering import Order
from loyalty.customers.search import ANY, EVERYBODY, Condition, People, behind, by_ids, first
from loyalty.customers.tallies import CAP, tally, together
from loyalty.customers.tier_marks import tier_marks
from loyalty.customers.views import Choices, CustomerList, CustomerRow, Tally, TierMark
from loyalty.rules.naming import name_of
from loyalty.turning import Turn

WALKED = 5_000
"""Steps along the list's order on which a page of the many is looked for, before all of them are."""

_ROWS = f"""SELECT c.id, c.uid, c.type, c.first_name, c.last_name, c.email, c.phone, c.erased_at, c.spend_minor,
      c.last_activity_at, s.tier_id, w.name AS segment, CAST({AVAILABLE} AS BIGINT) AS available
    FROM {{page}}
    LEFT JOIN customer_tiers s ON s.programme_id = c.programme_id AND s.customer_id = c.id
    LEFT JOIN segment_facts v ON v.programme_id = c.programme_id AND v.customer_id = c.id
    LEFT JOIN segments w ON w.programme_id = v.programme_id AND w.id = v.value_id
    WHERE c.programme_id = {{}} ORDER BY {{by}}"""


async def listing(programme_id: int, wanted: CustomerFilter, cursor: str | None = None) -> CustomerList:
    """One page of the customers that `wanted` lets through. PRODUCT B1.

    Available points are None for guests (A1). Tallies stop at 1,000, those of the many at what was looked at.
    Raises Invalid for a damaged cursor.
    """
    turn = ordering.turned(wanted, cursor)
    async with snapshot():
        found = await narrowing.people(programme_id, wanted)
        counted = await _tallies(programme_id, found)
        marks = await tier_marks(programme_id)
        offered = await choices(programme_id)
        page = await _page(programme_id, found, wanted, turn)
    by_type = _seen(counted, page, wanted.type)
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


def _seen(
    counted: dict[CustomerType, Tally], page: Page[Row], shown: CustomerType | None
) -> dict[CustomerType, Tally]:
    """Whom the page shows are counted at any rate, and are all there are where no other page is."""
    on_page = Counter(row["type"] for row in page.items)
    if page.previous is page.next is None:
        return {
            kind: Tally(on_page[kind]) if shown in (None, kind) else each for kind, each in counted.items()
        }
    return {kind: Tally(max(each.value, on_page[kind]), each.at_least) for kind, each in counted.items()}


def _gone(wanted: CustomerFilter, offered: Choices) -> tuple[str, ...]:
    missing = {
        "tier": wanted.tier not in ("", NO_TIER) and wanted.tier not in offered.tiers,
        "segment": wanted.segment != "" and wanted.segment not in offered.segments,
        "store": wanted.store != "" and wanted.store not in offered.stores,
        # Only so many tags are known here; beyond them nobody can say that one is gone.
        "tag": wanted.tag not in ("", *offered.tags) and len(offered.tags) < MOST_TAGS,
    }
    return tuple(what for what, is_missing in missing.items() if is_missing)


async def _page(programme_id: int, found: People | None, wanted: CustomerFilter, turn: Turn) -> Page[Row]:
    order = Order(wanted, turn, named=False)
    if found is None:
        read = await _read(programme_id, EVERYBODY, ANY, order)
    elif found.few is None:
        edge = order.edge(programme_id, WALKED)
        last = await one(edge.sql, *edge.args) if found.source else None
        near = narrowing.all_of(found.condition, order.until(last) if last else ANY)
        read = await _read(programme_id, EVERYBODY, near, order)
        found = found if last and len(read) < turn.limit else None
    if found is not None:
        read = await _read(programme_id, found.table, found.asked, Order(wanted, turn, named=True))
    return turn.page(read, order.key)


async def _read(programme_id: int, table: Condition, asked: Condition, order: Order) -> list[Row]:
    """The rows of a page, of whom `table`, which is `c`, holds. Their ids are found first, by indexes alone."""
    conditions = [narrowing.UNMERGED, asked]
    if order.wanted.type:
        conditions.append(narrowing.of_type(order.wanted.type))
    if order.turn.key:
        conditions.append(order.beyond(programme_id))
    where = narrowing.all_of(*conditions)
    page = behind(
        Condition(
            f"SELECT c.id FROM {table.sql} WHERE c.programme_id = {{}} AND {where.sql}"
            f" ORDER BY {order.by} LIMIT {order.turn.limit}",
            (*table.args, programme_id, *where.args),
        )
    )
    now = clock.now()
    sql = _ROWS.replace("{page}", page.sql).replace("{by}", order.by)
    return await rows(sql, now, now, *page.args, programme_id)


async def _tallies(programme_id: int, found: People | None) -> dict[CustomerType, Tally]:
    if found is None:
        sums = ", ".join(
            f"(SELECT count(*) FROM (SELECT 1 FROM customers c WHERE c.programme_id = {{}} AND c.type = '{kind}'"
            f" AND {narrowing.UNMERGED.sql} LIMIT {CAP + 1}) capped) AS {kind}"
            for kind in CustomerType
        )
        row = await one(f"SELECT {sums}", *(programme_id,) * len(CustomerType))
        assert row is not None
        return {kind: tally(row[kind]) for kind in CustomerType}
    named = found.few is not None
    conditions = narrowing.all_of(narrowing.UNMERGED, found.asked)
    looked_at = found.table if named else _some(programme_id, found)
    counted = await rows(
        f"SELECT c.type, count(*) AS people FROM {looked_at.sql} WHERE c.programme_id = {{}} AND {conditions.sql}"
        " GROUP BY c.type",
        *looked_at.args,
        programme_id,
        *conditions.args,
    )
    known = {row["type"]: tally(row["people"]) for row in counted}
    tallies = {kind: known.get(kind, Tally(0)) for kind in CustomerType}
    return {kind: Tally(each.value, each.at_least or not named) for kind, each in tallies.items()}


def _some(programme_id: int, found: People) -> Condition:
    """The table `c` of as many of the many as are counted at most."""
    if found.some:
        return by_ids(found.some[: CAP + 1])
    return behind(first(CAP + 1, found.source or narrowing.everybody(programme_id)))


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
