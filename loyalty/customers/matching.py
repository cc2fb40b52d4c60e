"""Who an incoming customer or order belongs to: by the store's id, else by e-mail, else somebody new."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from db.engine import hold, one, run
from db.enums import CustomerType
from loyalty.customers import creating
from loyalty.programmes import Programme
from loyalty.rules.orders import IncomingCustomer, normalised_email

_BY_IDENTITY = """SELECT c.id, c.type, i.platform_updated_at AS told_at, i.external_id
    FROM customer_identities i JOIN customers c ON c.programme_id = i.programme_id AND c.id = i.customer_id
    WHERE i.programme_id = {} AND i.store_id = {} AND i.external_id = {}"""
# The address of a record that was merged leads to the one that was kept (PRODUCT B6).
_BY_EMAIL = """SELECT k.id, k.type, NULL AS told_at, NULL AS external_id FROM customers c
    JOIN customers k ON k.programme_id = c.programme_id AND k.id = coalesce(c.merged_into, c.id)
    WHERE c.programme_id = {} AND c.email_key = {}"""


@dataclass(frozen=True, slots=True)
class Match:
    """The customer behind an event.

    `registers`: the platform knows them, and for this programme that is joining. `told_at` is when the
    platform last wrote what is stored of them, None when it never did.
    """

    id: int
    type: CustomerType
    registers: bool
    told_at: datetime | None
    created: bool = False


async def match(
    programme: Programme, store_id: int, person: IncomingCustomer | None, email: str | None, seen_at: datetime
) -> Match | None:
    """The customer behind an order or a customer record, made when there is none. None: nobody is named.

    `seen_at` is the event's own time: imported history creates customers of that day. In a programme
    whose platform customers join, an order with an address counts as a customer of the platform,
    because exports name customers by nothing else. Whoever asks for the same person meanwhile waits: two
    events at once must not make two customers of somebody without an address.
    """
    external_id = person.external_id if person else None
    key = normalised_email((person.email if person else None) or email)
    if external_id is None and key is None:
        return None
    if external_id is not None:
        await hold("customer", programme.id, store_id, external_id)
    if key is not None:
        await hold("email", programme.id, key)
    registers = bool(person and person.is_registered) or programme.platform_customers_join
    found = await _found(programme.id, store_id, external_id, key)
    if found is None:
        new = creating.NewCustomer.of(person, key, seen_at)
        customer_id = await creating.insert(programme.id, new)
        if customer_id is not None:
            if external_id is not None:
                await identify(programme.id, store_id, external_id, customer_id)
            return Match(customer_id, CustomerType.GUEST, registers, None, created=True)
        found = await _found(programme.id, store_id, external_id, key)
        assert found is not None, "the address was taken a moment ago, so its customer is there"
    if external_id is not None and found["external_id"] is None:
        await identify(programme.id, store_id, external_id, found["id"])
    return Match(found["id"], CustomerType(found["type"]), registers, found["told_at"])


async def known(programme_id: int, customer_id: int) -> Match | None:
    """A customer named by our own id, or the one kept in their place; None when there is none any more."""
    row = await one(
        "SELECT c.id, c.type FROM customers k JOIN customers c ON c.programme_id = k.programme_id"
        " AND c.id = coalesce(k.merged_into, k.id) WHERE k.programme_id = {} AND k.id = {} AND c.erased_at IS NULL",
        programme_id,
        customer_id,
    )
    return Match(row["id"], CustomerType(row["type"]), False, None) if row else None


async def identify(programme_id: int, store_id: int, external_id: str, customer_id: int) -> None:
    """Remember that a store's platform knows this customer by `external_id`."""
    await run(
        "INSERT INTO customer_identities (programme_id, store_id, external_id, customer_id)"
        " VALUES ({}, {}, {}, {}) ON CONFLICT (programme_id, store_id, external_id) DO NOTHING",
        programme_id,
        store_id,
        external_id,
        customer_id,
    )


async def _found(
    programme_id: int, store_id: int, external_id: str | None, key: str | None
) -> dict[str, Any] | None:
    known = await one(_BY_IDENTITY, programme_id, store_id, external_id) if external_id else None
    if known is None and key is not None:
        known = await one(_BY_EMAIL, programme_id, key)
    return known
