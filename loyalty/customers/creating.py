"""Making a customer: always a guest first, with an account, a referral code and a card number."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from db.engine import one, run
from db.ids import new_id, new_uid
from loyalty import clock
from loyalty.customers.cards import new_number
from loyalty.earning.rules import BEGINNING
from loyalty.ledger import accounts
from loyalty.rules.orders import IncomingCustomer, fold, normalised_email

CODE_ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
"""Letters and digits nobody confuses when reading a code aloud."""


@dataclass(frozen=True, slots=True)
class NewCustomer:
    """`seen_at` is when the programme first heard of them; `email` as they wrote it."""

    email: str | None
    first_name: str
    last_name: str
    phone: str | None
    accepts_email: bool
    tags: tuple[str, ...]
    seen_at: datetime

    @classmethod
    def of(cls, person: IncomingCustomer | None, email: str | None, seen_at: datetime) -> "NewCustomer":
        """From what a platform tells; without a person only the address is known."""
        if person is None:
            return cls(email, "", "", None, False, (), seen_at)
        known = normalised_email(person.email)
        return cls(
            person.email.strip() if person.email and known else email,
            person.first_name[:120],
            person.last_name[:120],
            person.phone[:40] if person.phone else None,
            bool(person.accepts_email),
            person.tags,
            max(BEGINNING, min(person.created_at or seen_at, seen_at)),
        )


async def insert(programme_id: int, new: NewCustomer) -> int | None:
    """Insert a guest and open the account, in the caller's transaction.

    Returns the id, or None when somebody with this address is already there.
    """
    customer_id, key = new_id(new.seen_at), normalised_email(new.email)
    while not await _written(programme_id, customer_id, new, key):
        taken = "SELECT id FROM customers WHERE programme_id = {} AND email_key = {}"
        if key and await one(taken, programme_id, key):
            return None
        # Else a random code or card number was somebody's already: among a million customers it happens.
    await accounts.opened(programme_id, customer_id)
    await tag(programme_id, customer_id, new.tags)
    return customer_id


async def _written(programme_id: int, customer_id: int, new: NewCustomer, key: str | None) -> bool:
    card = new_number()
    inserted = await run(
        "INSERT INTO customers (programme_id, id, uid, type, first_name, last_name, email, email_key, phone,"
        " accepts_email, referral_code, card_number, search, last_activity_at, created_at)"
        " VALUES ({}, {}, {}, 'guest', {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {})"
        " ON CONFLICT DO NOTHING RETURNING id",
        programme_id,
        customer_id,
        new_uid(),
        new.first_name,
        new.last_name,
        new.email,
        key,
        new.phone,
        new.accepts_email,
        _code(10),
        card,
        search_text(new.first_name, new.last_name, new.email, new.phone, card),
        new.seen_at,
        clock.now(),
    )
    return bool(inserted)


async def tag(programme_id: int, customer_id: int, tags: tuple[str, ...]) -> None:
    """Put words on a customer; those that are there already stay."""
    for word in dict.fromkeys(text.strip()[:60] for text in tags if text.strip()):
        await run(
            "INSERT INTO customer_tags (programme_id, customer_id, tag) VALUES ({}, {}, {})"
            " ON CONFLICT (programme_id, customer_id, tag) DO NOTHING",
            programme_id,
            customer_id,
            word,
        )


def search_text(
    first_name: str, last_name: str, email: str | None, phone: str | None, card: str | None
) -> str:
    """The folded text the one search box looks into; a phone also by its bare digits."""
    digits = "".join(char for char in phone or "" if char.isdigit())
    return fold(first_name, last_name, email, phone, digits, card)


def _code(length: int) -> str:
    return "".join(secrets.choice(CODE_ALPHABET) for _ in range(length))
