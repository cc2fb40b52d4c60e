"""Letting somebody in on the word of the shop they come from, once per token. PRODUCT O2."""

import hashlib
from dataclasses import dataclass
from typing import Any

from db.engine import atomic, one, retried, run
from loyalty import clock, programmes
from loyalty.customers import matching
from loyalty.customers.verifying import verify_email
from loyalty.errors import Invalid
from loyalty.languages import message as _
from loyalty.programmes import Programme
from loyalty.rules import vouchers
from loyalty.rules.orders import IncomingCustomer, normalised_email
from loyalty.rules.vouchers import Voucher

SPENT = _("This link from the shop was used already. Go back to the shop and follow it again.")
_TEXTS = (
    _("This link from the shop can’t be read. Go back to the shop and follow it again."),
    _("This link from the shop is too old. Go back to the shop and follow it again."),
)
"""What the rule says, for the catalogues: rules know no languages."""


@dataclass(frozen=True, slots=True)
class Vouched:
    """Whose token it is: the shop they come from, and the address it named."""

    programme: Programme
    store_id: int
    voucher: Voucher


async def read(token: str) -> Vouched:
    """What a token says, without using it up. Raises Invalid."""
    store = await _store(vouchers.store_of(token))
    secrets = (
        tuple(store[name] or "" for name in ("webhook_secret", "previous_webhook_secret")) if store else ()
    )
    voucher = vouchers.opened(token, secrets, clock.now())
    if store is None or normalised_email(voucher.email) is None:
        raise Invalid(vouchers.BROKEN)
    return Vouched(await programmes.get(store["programme_id"]), store["id"], voucher)


@retried
async def use(token: str) -> tuple[int, int]:
    """Use the token up: the programme's and the customer's id. Raises Invalid, for a repeat as well.

    The address counts as verified, because the shop verified it. Somebody new is a guest until they join.
    """
    found = await read(token)
    programme, voucher, now = found.programme, found.voucher, clock.now()
    async with atomic():
        fresh = await run(
            "INSERT INTO spent_tokens (programme_id, token_hash, expires_at) VALUES ({}, {}, {})"
            " ON CONFLICT (programme_id, token_hash) DO NOTHING RETURNING token_hash",
            programme.id,
            hashlib.sha256(token.encode()).hexdigest(),
            voucher.until,
        )
        if not fresh:
            raise Invalid(SPENT)
        person = IncomingCustomer(
            external_id=voucher.customer,
            email=voucher.email,
            first_name=voucher.first_name,
            last_name=voucher.last_name,
        )
        match = await matching.match(programme, found.store_id, person, voucher.email, now)
        assert match is not None, "an address was named"
        own = await one(
            "SELECT email_key FROM customers WHERE programme_id = {} AND id = {}", programme.id, match.id
        )
        if own is not None and own["email_key"] == normalised_email(voucher.email):
            await verify_email(programme.id, match.id)
    return programme.id, match.id


async def _store(uid: str) -> dict[str, Any] | None:
    return await one(
        "SELECT programme_id, id, webhook_secret, previous_webhook_secret FROM stores WHERE uid = {}", uid
    )
