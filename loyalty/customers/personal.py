"""What is known of a person, field by field: read as plain values, written back whole."""

from datetime import datetime
from typing import Any

from db.engine import one, rows, run
from db.enums import CustomerField
from loyalty.customers.creating import search_text, tag
from loyalty.errors import NotFound
from loyalty.rules.customer_fields import Value
from loyalty.rules.orders import normalised_email

_PERSON = """SELECT id, uid, first_name, last_name, email, email_verified_at, phone, birth_month, birth_day, birth_year,
      card_number, erased_at FROM customers WHERE programme_id = {} AND """
_TAGS = "SELECT tag FROM customer_tags WHERE programme_id = {} AND customer_id = {} ORDER BY tag"
_WRITE = """UPDATE customers SET first_name = {}, last_name = {}, email = {}, email_key = {}, email_verified_at = {},
      phone = {}, birth_month = {}, birth_day = {}, birth_year = {}, search = {}, version = version + 1
    WHERE programme_id = {} AND id = {}"""


async def person(programme_id: int, *, uid: str | None = None, id_: int | None = None) -> dict[str, Any]:
    """A customer's own columns, by public or by inner id. Raises NotFound, also for an erased person."""
    by, key = ("uid = {}", uid) if id_ is None else ("id = {}", id_)
    row = await one(_PERSON + by, programme_id, key)
    if row is None or row["erased_at"] is not None:
        raise NotFound("There is no such customer in this programme.")
    return row


async def read(programme_id: int, row: dict[str, Any], field: CustomerField) -> dict[str, Any]:
    """One field of a person's row, as `loyalty.rules.customer_fields` knows it."""
    match field:
        case CustomerField.TAGS:
            words = await rows(_TAGS, programme_id, row["id"])
            return {"tags": sorted(each["tag"] for each in words)}
        case CustomerField.BIRTHDAY:
            return {part: row[f"birth_{part}"] for part in ("month", "day", "year")}
        case CustomerField.NAME:
            return {part: row[part] for part in ("first_name", "last_name")}
    return {field.value: row[field.value]}


async def write(
    programme_id: int, row: dict[str, Any], field: CustomerField, value: Value, verified_at: datetime | None
) -> None:
    """Put one field's value into the row, in the caller's transaction.

    `verified_at` goes with an address: nobody has shown yet that a new one is theirs (PRODUCT A4).
    """
    if field is CustomerField.TAGS:
        await run(
            "DELETE FROM customer_tags WHERE programme_id = {} AND customer_id = {}", programme_id, row["id"]
        )
        await tag(programme_id, row["id"], tuple(value["tags"]))
    prefix = "birth_" if field is CustomerField.BIRTHDAY else ""
    row |= {f"{prefix}{name}": part for name, part in value.items()}
    if field is CustomerField.EMAIL:
        row["email_verified_at"] = verified_at
    await run(
        _WRITE,
        row["first_name"],
        row["last_name"],
        row["email"],
        normalised_email(row["email"]),
        row["email_verified_at"],
        row["phone"],
        row["birth_month"],
        row["birth_day"],
        row["birth_year"],
        search_text(row["first_name"], row["last_name"], row["email"], row["phone"], row["card_number"]),
        programme_id,
        row["id"],
    )
