"""Proving who one is with a code: the phone's or a recovery code, each good once (PRODUCT O1)."""

import hmac
from datetime import datetime
from typing import Any

import pyotp

from db.engine import atomic, retried, run, value
from loyalty import audit, clock, vault
from loyalty.errors import Invalid
from loyalty.rules.codes import normalised_code
from loyalty.rules.two_step import digits, steps
from loyalty.staff import tries
from loyalty.staff.accounts import Account
from loyalty.two_step.state import PURPOSE

RECOVERY = "recovery"

_LOCK = (
    "UPDATE staff SET version = version WHERE programme_id = {} AND id = {}"
    " RETURNING totp_secret, totp_since, totp_step"
)
_USE = """UPDATE recovery_codes SET used_at = {} WHERE programme_id = {} AND staff_id = {} AND code_hash = {}
    AND used_at IS NULL RETURNING id"""
_LEFT = "SELECT count(*) FROM recovery_codes WHERE programme_id = {} AND staff_id = {} AND used_at IS NULL"


async def prove(account: Account, typed: str, *, ip: str = "") -> bool:
    """Whether `typed` is a good code of this person; it is used up by being good.

    A wrong, a late and an already used code are not told apart. Raises TooManyTries.
    """
    tried = await tries.begin(f"two-step:{account.programme_id}:{account.uid}", ip)
    good = await _use(account, typed)
    if good:
        await tries.succeeded(tried)
    return good


@retried
async def _use(account: Account, typed: str) -> bool:
    async with atomic():
        held = await run(_LOCK, account.programme_id, account.id)
        if not held or held[0]["totp_since"] is None:
            return False
        now, code = clock.now(), digits(typed)
        if code is not None:
            return await use_step(account, held[0], code, now)
        return await _use_recovery(account, typed, now)


async def use_step(account: Account, held: dict[str, Any], code: str, now: datetime) -> bool:
    """Use up the step whose code this is, with the staff row locked. False: none is good."""
    secret = vault.opened(held["totp_secret"], PURPOSE)
    if secret is None:
        return False
    made = {step: pyotp.HOTP(secret).at(step) for step in steps(now, held["totp_step"])}
    found = [step for step, good in made.items() if hmac.compare_digest(good, code)]
    if found:
        await run(
            "UPDATE staff SET totp_step = {} WHERE programme_id = {} AND id = {}",
            found[0],
            account.programme_id,
            account.id,
        )
    return bool(found)


async def _use_recovery(account: Account, typed: str, now: datetime) -> bool:
    try:
        code = normalised_code(typed)
    except Invalid:
        return False
    used = await run(_USE, now, account.programme_id, account.id, vault.mark(code, RECOVERY))
    if used:
        left = await value(_LEFT, account.programme_id, account.id)
        await audit.record(
            account.programme_id,
            "staff.recovery_code_used",
            ("staff", account.id),
            f"{account.name} used a recovery code; {left} {'is' if left == 1 else 'are'} left.",
            by=account.actor,
            after={"left": left},
        )
    return bool(used)
