"""Writing both records' own columns."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from db.engine import run
from loyalty.customers.creating import search_text

_MOMENTS = (
    "email_verified_at",
    "birthday_changed_at",
    "joined_at",
    "signup_bonus_at",
    "last_activity_at",
)
_COUNTED = (
    "o.programme_id = customers.programme_id AND o.customer_id = customers.id"
    " AND o.status = 'paid' AND NOT o.test"
)
_RECOUNT = f"""UPDATE customers SET
      spend_minor = (SELECT CAST(coalesce(sum(o.total_minor - o.refunded_minor), 0) AS BIGINT) FROM orders o
        WHERE {_COUNTED}),
      order_count = (SELECT count(*) FROM orders o WHERE {_COUNTED}),
      first_order_at = (SELECT min(coalesce(o.paid_at, o.placed_at)) FROM orders o WHERE {_COUNTED}),
      last_order_at = (SELECT max(coalesce(o.paid_at, o.placed_at)) FROM orders o WHERE {_COUNTED})
    WHERE programme_id = {{}} AND id = {{}}"""


async def free_addresses(programme_id: int, *ids: int) -> None:
    """Take the addresses off first: two records may be about to exchange theirs."""
    for id_ in ids:
        await run(
            "UPDATE customers SET email = NULL, email_key = NULL WHERE programme_id = {} AND id = {}",
            programme_id,
            id_,
        )


async def write(programme_id: int, id_: int, card: str, columns: Mapping[str, Any]) -> None:
    """Put these columns into a record; what lists find it by follows."""
    names = list(columns)
    values = [_moment(columns[name]) if name in _MOMENTS else columns[name] for name in names]
    search = search_text(
        columns["first_name"], columns["last_name"], columns["email"], columns["phone"], card
    )
    await run(
        f"UPDATE customers SET {', '.join(f'{name} = {{}}' for name in names)}, search = {{}},"
        " version = version + 1 WHERE programme_id = {} AND id = {}",
        *values,
        search,
        programme_id,
        id_,
    )


async def recount(programme_id: int, *ids: int) -> None:
    """Bring spend, order counts and dates to the orders each record has now."""
    for id_ in ids:
        await run(_RECOUNT, programme_id, id_)


def _moment(value: Any) -> Any:
    return datetime.fromisoformat(value) if isinstance(value, str) else value
