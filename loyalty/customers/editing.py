"""Editing what is known of a person, one field at a time (PRODUCT B4).

The audit trail can't be changed, so it only says which field was edited. What was written and what it
replaced stand in `customer_edits`, which erasing the person empties (PRODUCT O4).
"""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from db.engine import atomic, hold, loads, one, retried, run, snapshot
from db.enums import CustomerField
from loyalty import audit
from loyalty.audit import Action
from loyalty.customers import personal
from loyalty.errors import Invalid, LoyaltyError, Stale
from loyalty.ledger.locking import locked
from loyalty.rules.actors import Actor
from loyalty.rules.customer_fields import Value, checked, fingerprint
from loyalty.rules.days import local_day, zone
from loyalty.rules.naming import called, name_of
from loyalty.rules.orders import normalised_email

NAMES = {
    CustomerField.NAME: "name",
    CustomerField.BIRTHDAY: "birthday",
    CustomerField.EMAIL: "e-mail address",
    CustomerField.PHONE: "phone number",
    CustomerField.TAGS: "tags",
}


@dataclass(frozen=True, slots=True)
class Editable:
    """One field as an edit begins with it. `version` comes back with the edit and shows whether it is stale."""

    id: int
    uid: str
    name: str
    field: CustomerField
    value: dict[str, Any]
    version: int


@dataclass(frozen=True, slots=True)
class Edited:
    """What to say; `action` is None where the value was that already."""

    sentence: str
    action: Action | None


class StaleEdit(Stale):
    """The value was changed by somebody else meanwhile; `now` is what they left."""

    def __init__(self, now: Editable) -> None:
        super().__init__(f"Somebody changed the {NAMES[now.field]} while you were editing.")
        self.now = now


class AddressTaken(LoyaltyError):
    """The address belongs to another customer of the programme. PRODUCT B6: they may be one person."""

    def __init__(self, name: str, uid: str) -> None:
        super().__init__(f"This address belongs to {name}.", field="email")
        self.name, self.uid = name, uid


async def editable(programme_id: int, uid: str, field: CustomerField) -> Editable:
    """The field as it is now. Raises NotFound, also for an erased person."""
    async with snapshot():
        row = await personal.person(programme_id, uid=uid)
        return _editable(row, field, await personal.read(programme_id, row, field))


@retried
async def edit(
    programme_id: int, customer_id: int, field: CustomerField, value: Value, *, version: int | None, by: Actor
) -> Edited:
    """Give a field another value. Writing what is there already changes nothing, however often.

    `version` is that of the `Editable` the edit began with. Raises Invalid naming the form's field,
    StaleEdit, AddressTaken, NotFound.
    """
    async with atomic():
        account = await locked(programme_id, customer_id)
        row = await personal.person(programme_id, id_=customer_id)
        today = local_day(account.now, zone(account.programme.time_zone))
        before, after = await personal.read(programme_id, row, field), checked(field, value, today)
        if before == after:
            return Edited(f"That is {called(row)}'s {NAMES[field]} already", None)
        if version != fingerprint(before):
            raise StaleEdit(_editable(row, field, before))
        if field is CustomerField.EMAIL:
            await _refuse_taken(programme_id, customer_id, after["email"])
        verified = row["email_verified_at"]
        await personal.write(programme_id, row, field, after, None)
        action = await record(programme_id, customer_id, field, before, after, verified, by=by)
        changed = "were" if field is CustomerField.TAGS else "was"
        return Edited(f"{called(row)}'s {NAMES[field]} {changed} changed", action)


async def restore(programme_id: int, action_id: int, customer_id: int) -> str:
    """Put back what an edit replaced, in the caller's transaction; the sentence says what was done.

    Raises Stale when it was edited again since, AddressTaken, Invalid when the values were erased.
    """
    edit = await one(
        "SELECT field, before, after FROM customer_edits WHERE programme_id = {} AND action_id = {}",
        programme_id,
        action_id,
    )
    if edit is None:
        raise Invalid("This can't be undone: the values were erased.")
    field, before, after = CustomerField(edit["field"]), loads(edit["before"]), loads(edit["after"])
    verified = before.pop("verified_at", None)
    row = await personal.person(programme_id, id_=customer_id)
    if await personal.read(programme_id, row, field) != after:
        raise Stale(f"The {NAMES[field]} has been changed again since.")
    if field is CustomerField.EMAIL:
        await _refuse_taken(programme_id, customer_id, before["email"])
    await personal.write(
        programme_id, row, field, before, datetime.fromisoformat(verified) if verified else None
    )
    return f"{called(row)} has the earlier {NAMES[field]} again"


def _editable(row: dict[str, Any], field: CustomerField, value: dict[str, Any]) -> Editable:
    return Editable(row["id"], row["uid"], name_of(row), field, value, fingerprint(value))


async def _refuse_taken(programme_id: int, customer_id: int, email: str | None) -> None:
    key = normalised_email(email)
    if key is None:
        return
    await hold("email", programme_id, key)
    other = await one(
        "SELECT c.id AS holder, k.id, k.uid, k.first_name, k.last_name, k.email, k.phone FROM customers c"
        " JOIN customers k ON k.programme_id = c.programme_id AND k.id = coalesce(c.merged_into, c.id)"
        " WHERE c.programme_id = {} AND c.email_key = {} AND c.id <> {}",
        programme_id,
        key,
        customer_id,
    )
    if other is not None and other["id"] == customer_id:
        # A record merged into theirs has it: it is their own address.
        await run(
            "UPDATE customers SET email = NULL, email_key = NULL WHERE programme_id = {} AND id = {}",
            programme_id,
            other["holder"],
        )
    elif other is not None:
        raise AddressTaken(name_of(other), other["uid"])


async def record(
    programme_id: int,
    customer_id: int,
    field: CustomerField,
    before: dict[str, Any],
    after: dict[str, Any],
    verified: datetime | None,
    *,
    by: Actor,
) -> Action:
    """Audit an edit and keep both values beside the trail, in the caller's transaction.

    `verified` is when the address that was replaced had been verified.
    """
    changed = "were" if field is CustomerField.TAGS else "was"
    action = await audit.record(
        programme_id,
        "customer.edited",
        ("customer", customer_id),
        f"{{customer}}'s {NAMES[field]} {changed} changed",
        by=by,
        customer_id=customer_id,
        after={"field": field},
        undo={"noun": "customers", "field": field},
    )
    known = {"verified_at": verified.isoformat()} if field is CustomerField.EMAIL and verified else {}
    await run(
        "INSERT INTO customer_edits (programme_id, action_id, customer_id, field, before, after)"
        " VALUES ({}, {}, {}, {}, {}, {})",
        programme_id,
        action.id,
        customer_id,
        field,
        json.dumps(before | known),
        json.dumps(after),
    )
    return action
