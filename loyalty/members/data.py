"""What a member may do with their own data: read it, take it along, ask for it to be erased. PRODUCT O4."""

import json
from typing import Any

from db.engine import atomic, one, retried, run, value
from loyalty import audit, clock, languages
from loyalty.customers import privacy
from loyalty.customers.erasures import OPEN, REQUEST
from loyalty.errors import Invalid
from loyalty.languages import message as _
from loyalty.rules.actors import Actor
from loyalty.rules.days import ZONES

ASKED = "customer.erasure_asked"
NO_LANGUAGE = _("Choose one of the languages.")
NO_ZONE = _("Choose one of the time zones.")


async def everything(programme_id: int, customer_id: int) -> dict[str, Any]:
    """All that the programme holds about one person, as it stands in `loyalty.customers.privacy`."""
    known = await privacy.known(programme_id, customer_id)
    return {part: getattr(known, part) for part in known.__slots__}


async def export(programme_id: int, customer_id: int) -> str:
    """The same as a JSON document."""
    found = await everything(programme_id, customer_id)
    whole = {"exported_at": clock.now().isoformat(), **found}
    return json.dumps(whole, default=str, ensure_ascii=False, indent=2)


@retried
async def ask_erasure(programme_id: int, customer_id: int, *, by: Actor) -> None:
    """Note that a person wants to be forgotten; staff see it and do it. Asking again changes nothing."""
    async with atomic():
        await run(
            "UPDATE accounts SET seq = seq WHERE programme_id = {} AND customer_id = {}",
            programme_id,
            customer_id,
        )
        if await erasure_asked(programme_id, customer_id):
            return
        await audit.record(
            programme_id,
            ASKED,
            (REQUEST, customer_id),
            "{customer} asked to be erased",
            by=by,
            customer_id=customer_id,
        )


async def erasure_asked(programme_id: int, customer_id: int) -> bool:
    """Whether they have asked to be erased, as this record or as one that was merged into it."""
    return await value(f"SELECT w.id FROM {OPEN} WHERE w.id = {{1}}", programme_id, customer_id) is not None


@retried
async def choose_language(programme_id: int, customer_id: int, tag: str) -> None:
    """Read in this language from now on; empty for what the browser wishes. Raises Invalid for another."""
    if tag and tag not in languages.offered():
        raise Invalid(NO_LANGUAGE, field="language")
    async with atomic():
        await run(
            "UPDATE customers SET language = {}, version = version + 1 WHERE programme_id = {} AND id = {}",
            tag or None,
            programme_id,
            customer_id,
        )


@retried
async def choose_zone(programme_id: int, customer_id: int, name: str) -> None:
    """It is day and night as in this zone; empty: as at the shop. Raises Invalid for another."""
    if name and name not in ZONES:
        raise Invalid(NO_ZONE, field="time_zone")
    async with atomic():
        await run(
            "UPDATE customers SET time_zone = {}, version = version + 1 WHERE programme_id = {} AND id = {}",
            name or None,
            programme_id,
            customer_id,
        )


async def since(programme_id: int, customer_id: int) -> dict[str, Any]:
    """The few facts above the rest: when they became known, joined, and how to reach them."""
    row = await one(
        "SELECT first_name, last_name, email, phone, birth_month, birth_day, birth_year, created_at, joined_at,"
        " time_zone"
        " FROM customers WHERE programme_id = {} AND id = {}",
        programme_id,
        customer_id,
    )
    assert row is not None, "they are signed in"
    return row
