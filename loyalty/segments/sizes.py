"""How many people each segment has, day after day, and what they add up to."""

from db.engine import run
from loyalty.customers.search import Condition
from loyalty.segments.footing import Footing
from loyalty.segments.statements import Statement, json_object

_SUMS = (
    ("members", "sum(CASE WHEN f.member = true THEN 1 ELSE 0 END)"),
    ("mail", "sum(CASE WHEN c.accepts_email = true THEN 1 ELSE 0 END)"),
    ("buyers", "sum(CASE WHEN f.orders_ever > 0 THEN 1 ELSE 0 END)"),
    ("orders", "CAST(sum(f.orders_ever) AS BIGINT)"),
    ("spend_minor", "CAST(sum(f.cltv_minor) AS BIGINT)"),
    ("available", "CAST(sum(f.available) AS BIGINT)"),
    ("engagement", "CAST(sum(f.engagement) AS BIGINT)"),
)
_WRITE = Statement("""INSERT INTO segment_days (programme_id, segment_id, day, people, sums)
    SELECT s.programme_id, s.id, $$, count(f.customer_id), $$
    FROM segments s
    LEFT JOIN segment_members m ON m.programme_id = s.programme_id AND m.segment_id = s.id
    LEFT JOIN segment_facts f ON f.programme_id = m.programme_id AND f.customer_id = m.customer_id
    LEFT JOIN customers c ON c.programme_id = m.programme_id AND c.id = m.customer_id
    WHERE s.programme_id = $$ AND s.archived_at IS NULL GROUP BY s.programme_id, s.id
    ON CONFLICT (programme_id, segment_id, day) DO UPDATE SET people = excluded.people, sums = excluded.sums""")


async def write(stands: Footing) -> None:
    """Count every segment for the footing's day, in the caller's transaction."""
    days_ago = Condition("CAST(sum({} - f.latest_day) AS BIGINT)", (stands.today,))
    await _WRITE.run(stands.day, json_object((*_SUMS, ("days_ago", days_ago))), stands.programme_id)


async def change(stands: Footing, segment_id: int, by: int) -> None:
    """Keep the latest count right between two refreshes."""
    await run(
        "UPDATE segment_days SET people = people + {} WHERE programme_id = {} AND segment_id = {} AND day = {}",
        by,
        stands.programme_id,
        segment_id,
        stands.day,
    )


async def begin(stands: Footing, segment_id: int) -> None:
    """Start counting a segment that was made between two refreshes."""
    await run(
        "INSERT INTO segment_days (programme_id, segment_id, day, people, sums) VALUES ({}, {}, {}, 0, {})"
        " ON CONFLICT (programme_id, segment_id, day) DO NOTHING",
        stands.programme_id,
        segment_id,
        stands.day,
        "{}",
    )
