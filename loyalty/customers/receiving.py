"""A customer record from a platform: by webhook or by export, told once or ten times, in any order."""

from dataclasses import dataclass

from db.engine import atomic, one, retried, run
from loyalty import clock
from loyalty.customers import creating, matching, moving
from loyalty.customers.checking import refuse_customer
from loyalty.ledger.locking import locked
from loyalty.programmes import Programme, get
from loyalty.rules.orders import IncomingCustomer, normalised_email


@dataclass(frozen=True, slots=True)
class Received:
    """`customer_id` None: the record names neither an id nor an address, so there is nobody to keep."""

    customer_id: int | None
    created: bool = False
    registered: bool = False


@retried
async def receive(
    programme_id: int, store_id: int, person: IncomingCustomer, *, pays_signup: bool = True
) -> Received:
    """Meet the customer, make or update them, and let them join when the platform says they registered.

    Older news than what is stored changes nothing. An address that belongs to somebody else is not
    taken over: merging is a person's decision (PRODUCT B6). Raises Invalid for a record that can't be.
    """
    refuse_customer(person)
    async with atomic():
        programme = await get(programme_id)
        seen_at = person.updated_at or person.created_at or clock.now()
        found = await matching.match(programme, store_id, person, None, seen_at)
        if found is None:
            return Received(None)
        account = await locked(programme_id, found.id)
        await refresh(programme, store_id, found, person)
        registered = False
        if found.registers:
            joined_at = min(person.created_at or seen_at, account.now)
            registered = await moving.register(account, at=joined_at, pays_signup=pays_signup)
        return Received(found.id, found.created, registered)


async def refresh(
    programme: Programme, store_id: int, found: matching.Match, person: IncomingCustomer
) -> None:
    """Take over name, address, phone and consent, unless what is stored is newer. In the caller's transaction.

    A record without a date (an export) is older than anything a platform or the team said with one: then it
    only fills what is empty, and never touches consent.
    """
    told_at = person.updated_at
    if found.created or (told_at is not None and found.told_at is not None and told_at <= found.told_at):
        return
    known = await one(
        "SELECT first_name, last_name, email, phone, accepts_email, card_number FROM customers"
        " WHERE programme_id = {} AND id = {}",
        programme.id,
        found.id,
    )
    assert known is not None
    told = {
        "first_name": person.first_name[:120],
        "last_name": person.last_name[:120],
        "phone": (person.phone or "")[:40],
        "email": await _free_address(programme.id, found.id, person.email, known["email"]),
    }
    accepts = known["accepts_email"] if person.accepts_email is None else person.accepts_email
    is_news = (
        any(new and new != known[name] for name, new in told.items()) or accepts != known["accepts_email"]
    )
    if told_at is None and is_news and await _said_since(programme.id, found.id):
        told = {name: known[name] or new for name, new in told.items()}
        accepts = known["accepts_email"]
    first, last = told["first_name"] or known["first_name"], told["last_name"] or known["last_name"]
    phone, email = told["phone"] or known["phone"], told["email"] or known["email"]
    if (first, last, email, phone, accepts) != tuple(
        known[name] for name in ("first_name", "last_name", "email", "phone", "accepts_email")
    ):
        await run(
            "UPDATE customers SET first_name = {}, last_name = {}, phone = {},"
            " accepts_email = {}, search = {}, version = version + 1 WHERE programme_id = {} AND id = {}",
            first,
            last,
            phone,
            accepts,
            creating.search_text(first, last, email, phone, known["card_number"]),
            programme.id,
            found.id,
        )
    if email != known["email"]:  # apart, because naming a key column takes the row's strongest lock
        await run(
            "UPDATE customers SET email = {}, email_key = {} WHERE programme_id = {} AND id = {}",
            email,
            normalised_email(email),
            programme.id,
            found.id,
        )
    await creating.tag(programme.id, found.id, person.tags)
    if told_at is not None and person.external_id is not None:
        await run(
            "UPDATE customer_identities SET platform_updated_at = {}"
            " WHERE programme_id = {} AND store_id = {} AND external_id = {}",
            told_at,
            programme.id,
            store_id,
            person.external_id,
        )


async def _said_since(programme_id: int, customer_id: int) -> bool:
    """Whether a platform has dated what is stored, or the team has edited it."""
    said = await one(
        "SELECT 1 AS said FROM customer_identities WHERE programme_id = {0} AND customer_id = {1}"
        " AND platform_updated_at IS NOT NULL"
        " UNION SELECT 1 FROM actions WHERE programme_id = {0} AND customer_id = {1} AND verb = 'customer.edited'",
        programme_id,
        customer_id,
    )
    return said is not None


async def _free_address(
    programme_id: int, customer_id: int, email: str | None, theirs: str | None
) -> str | None:
    key = normalised_email(email)
    if email is None or key is None:
        return None
    if key == normalised_email(theirs):
        return email.strip()
    taken = await one(
        "SELECT id FROM customers WHERE programme_id = {} AND email_key = {} AND id <> {}",
        programme_id,
        key,
        customer_id,
    )
    return None if taken else email.strip()
