"""The customers list as CSV: exactly what the filter lets through, however many they are (PRODUCT B2)."""

from collections.abc import AsyncIterator

from db.engine import Row, atomic, is_sqlite, stream
from loyalty import audit, clock, programmes
from loyalty.customers import narrowing, ordering
from loyalty.customers.filters import CustomerFilter
from loyalty.customers.narrowing import AVAILABLE
from loyalty.customers.ordering import Order
from loyalty.customers.search import Condition
from loyalty.exports.pieces import pieces
from loyalty.programmes import Programme
from loyalty.rules import money
from loyalty.rules.actors import Actor
from loyalty.rules.days import zone

_HEADINGS = (
    "First name", "Last name", "E-mail", "Phone", "Type", "Tier", "Segment", "Available", "Spent", "Currency", "Orders",
    "Joined", "Last activity", "Tags", "Accepts e-mail", "Customer id",
)  # fmt: skip

_ALL = f"""SELECT c.uid, c.type, c.first_name, c.last_name, c.email, c.phone, c.spend_minor, c.order_count, c.joined_at,
      c.last_activity_at, c.accepts_email, t.name AS tier, w.name AS segment, CAST({AVAILABLE} AS BIGINT) AS available,
      (SELECT {{joined}}(g.tag, '; ') FROM (SELECT tag FROM customer_tags
        WHERE programme_id = {{}} AND customer_id = c.id ORDER BY tag) g) AS tags
    FROM customers c
    LEFT JOIN customer_tiers s ON s.programme_id = c.programme_id AND s.customer_id = c.id
    LEFT JOIN tiers t ON t.programme_id = c.programme_id AND t.id = s.tier_id
    LEFT JOIN segment_facts v ON v.programme_id = c.programme_id AND v.customer_id = c.id
    LEFT JOIN segments w ON w.programme_id = v.programme_id AND w.id = v.value_id
    WHERE c.programme_id = {{}}{{where}} ORDER BY {{by}}"""


async def csv(
    programme_id: int, wanted: CustomerFilter, *, by: Actor, uids: tuple[str, ...] | None = None
) -> AsyncIterator[str]:
    """Record that `by` takes the list away, then answer the pieces of the file, in the list's order.

    `uids`: of the list only these people.

    Read on a connection of its own. Moments are in the programme's zone, spend is in major units. No cell
    can be taken for a formula.
    """
    programme = await programmes.get(programme_id)
    async with atomic():
        # Which filters, not what was typed into them: the trail keeps nobody's name or address.
        await audit.record(
            programme_id,
            "customers.exported",
            ("programme", programme_id),
            "The customers list was exported"
            if uids is None and not wanted.narrows
            else "A part of the customers list was exported",
            by=by,
            after={"filters": wanted.named} | ({} if uids is None else {"picked": len(uids)}),
        )
    return _pieces(programme, wanted, uids)


async def _pieces(
    programme: Programme, wanted: CustomerFilter, uids: tuple[str, ...] | None
) -> AsyncIterator[str]:
    here = zone(programme.time_zone)
    found = await narrowing.people(programme.id, wanted)
    conditions = [narrowing.UNMERGED, *([found.condition] if found else [])]
    if wanted.type:
        conditions.append(narrowing.of_type(wanted.type))
    if uids is not None:
        conditions.append(Condition(f"c.uid IN ({', '.join(['{}'] * len(uids)) or 'NULL'})", uids))
    order = Order(wanted, ordering.turned(wanted, None), named=found is not None and found.few is not None)
    sql = _ALL.replace("{where}", "".join(f" AND {each.sql}" for each in conditions))
    sql = sql.replace("{by}", order.by).replace("{joined}", "group_concat" if is_sqlite() else "string_agg")
    args = [value for each in conditions for value in each.args]
    now = clock.now()
    found_rows = stream(sql, now, now, programme.id, programme.id, *args)
    async for piece in pieces(_HEADINGS, (_cells(row, programme) async for row in found_rows), here):
        yield piece


def _cells(row: Row, programme: Programme) -> tuple[object, ...]:
    return (
        row["first_name"],
        row["last_name"],
        row["email"],
        row["phone"],
        row["type"],
        row["tier"],
        row["segment"],
        None if row["type"] == "guest" else row["available"],
        money.plain(row["spend_minor"], programme.currency),
        programme.currency,
        row["order_count"],
        row["joined_at"],
        row["last_activity_at"],
        row["tags"],
        "yes" if row["accepts_email"] else "no",
        row["uid"],
    )
