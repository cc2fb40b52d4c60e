"""Customers by what a till knows of them: an address, a phone number, a card (PRODUCT E5, N2)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from db.engine import one, rows
from db.enums import CustomerType
from loyalty.customers import cards, search
from loyalty.customers.search import Condition
from loyalty.errors import Invalid, NotFound
from loyalty.rules.naming import name_of
from loyalty.rules.orders import normalised_email

MOST = 20
FEWEST_DIGITS = 5

_PEOPLE = """SELECT c.id, c.uid, c.type, c.first_name, c.last_name, c.email, c.phone, c.card_number, t.name AS tier
    FROM {source} LEFT JOIN customer_tiers s ON s.programme_id = {{}} AND s.customer_id = c.id
    LEFT JOIN tiers t ON t.programme_id = s.programme_id AND t.id = s.tier_id
    WHERE c.programme_id = {{}} AND c.erased_at IS NULL AND c.merged_into IS NULL AND {condition}
    ORDER BY c.id LIMIT 200"""
_KEPT = (
    "c.id = (SELECT coalesce(k.merged_into, k.id) FROM customers k WHERE k.programme_id = {} AND k.uid = {})"
)
_EVERYBODY = Condition("customers c")


@dataclass(frozen=True, slots=True)
class Person:
    """Who somebody is to a till; `tier` None for none. `card` is the digits of the card."""

    id: int
    uid: str
    type: CustomerType
    name: str
    email: str | None
    phone: str | None
    card: str
    tier: str | None


async def person(programme_id: int, uid: str) -> Person:
    """The customer with this public id; of a merged record the one kept. Raises NotFound."""
    found = await _people(programme_id, _EVERYBODY, Condition(_KEPT, (programme_id, uid)))
    if not found:
        raise NotFound("There is no such customer in this programme.")
    return found[0]


async def by_email(programme_id: int, email: str) -> tuple[Person, ...]:
    """Nobody or one. Raises Invalid for what isn't an address."""
    key = normalised_email(email)
    if key is None:
        raise Invalid("This isn't an e-mail address.", field="email")
    return await _people(programme_id, _EVERYBODY, Condition("c.email_key = {}", (key,)))


async def by_card(programme_id: int, number: str) -> tuple[Person, ...]:
    """Nobody or one. Raises Invalid for what isn't a card number, or was mistyped."""
    try:
        return (await person(programme_id, await cards.find(programme_id, number)),)
    except NotFound:
        return ()


async def by_phone(programme_id: int, phone: str) -> tuple[Person, ...]:
    """Everybody with this number, up to 20, with or without the country in front. Raises Invalid under 5 digits."""
    digits = _digits(phone)
    if len(digits) < FEWEST_DIGITS:
        raise Invalid(f"A phone number has at least {FEWEST_DIGITS} digits.", field="phone")
    meant = await search.people(programme_id, digits, by_order=False)
    if meant is None or meant.nobody:
        return ()
    if meant.few is None:
        raise Invalid("Too many numbers hold these digits; send more of them.", field="phone")
    found = await _people(programme_id, search.by_ids(meant.few), Condition("c.phone IS NOT NULL"))
    return tuple(each for each in found if _digits(each.phone or "").endswith(digits.lstrip("0")))[:MOST]


async def of_order(programme_id: int, order_id: int) -> str | None:
    """The public id of the customer an order belongs to, None for nobody's."""
    row = await one(
        "SELECT c.uid FROM orders o JOIN customers c ON c.programme_id = o.programme_id AND c.id = o.customer_id"
        " WHERE o.programme_id = {} AND o.id = {}",
        programme_id,
        order_id,
    )
    return str(row["uid"]) if row else None


async def _people(programme_id: int, source: Condition, which: Condition) -> tuple[Person, ...]:
    sql = _PEOPLE.format(source=source.sql, condition=which.sql)
    found = await rows(sql, *source.args, programme_id, programme_id, *which.args)
    return tuple(_person(row) for row in found)


def _person(row: Mapping[str, Any]) -> Person:
    return Person(
        id=row["id"],
        uid=row["uid"],
        type=CustomerType(row["type"]),
        name=name_of(row),
        email=row["email"],
        phone=row["phone"],
        card=row["card_number"],
        tier=row["tier"],
    )


def _digits(text: str) -> str:
    return "".join(char for char in text if char.isascii() and char.isdecimal())
