"""Setting two-step sign-in up, and turning it off (PRODUCT O1)."""

import secrets

import pyotp

from db.engine import atomic, insert_many, one, retried, run
from db.enums import SessionKind
from db.ids import new_id
from loyalty import audit, clock, sessions, vault
from loyalty.errors import AlreadyDone, Invalid, NotAllowed
from loyalty.rules.actors import Actor
from loyalty.rules.codes import ALPHABET, LENGTH, format_code
from loyalty.rules.two_step import RECOVERY_CODES, digits
from loyalty.staff import passwords, tries
from loyalty.staff.accounts import Account, get
from loyalty.two_step import proving
from loyalty.two_step.proving import RECOVERY
from loyalty.two_step.state import PURPOSE

WRONG = "This isn’t the code of the moment. Check that the phone’s clock is right, and type the newest one."

_BEGIN = """UPDATE staff SET totp_secret = {}, totp_step = NULL WHERE programme_id = {} AND uid = {}
    AND totp_since IS NULL RETURNING id"""
_LOCK = """UPDATE staff SET version = version WHERE programme_id = {} AND id = {}
    RETURNING totp_secret, totp_since, totp_step"""
_OFF = """UPDATE staff SET totp_secret = NULL, totp_since = NULL, totp_step = NULL, version = version + 1
    WHERE programme_id = {} AND id = {} AND totp_since IS NOT NULL RETURNING id"""


async def begin(programme_id: int, staff_uid: str, password: str) -> None:
    """Make a secret for somebody who gives their current password, where they have one.

    Nothing is asked at sign-in until `confirm`. Raises Invalid for a wrong password, TooManyTries,
    AlreadyDone when it is on.
    """
    await passwords.check(programme_id, staff_uid, password)
    secret = vault.closed(pyotp.random_base32(), PURPOSE)
    if not await run(_BEGIN, secret, programme_id, staff_uid):
        raise AlreadyDone("Two-step sign-in is on already.")


async def confirm(programme_id: int, staff_uid: str, typed: str, *, by: Actor, token: str) -> tuple[str, ...]:
    """Switch it on with the phone's first code; the recovery codes, which are never shown again.

    Every browser but the one with `token` is signed out. Raises Invalid for a wrong code, AlreadyDone,
    TooManyTries.
    """
    account = await get(programme_id, staff_uid)
    tried = await tries.begin(f"two-step:{programme_id}:{staff_uid}", "")
    codes = await _switch_on(account, typed, by=by, token=token)
    await tries.succeeded(tried)
    return codes


@retried
async def _switch_on(account: Account, typed: str, *, by: Actor, token: str) -> tuple[str, ...]:
    async with atomic():
        held = (await run(_LOCK, account.programme_id, account.id))[0]
        if held["totp_since"] is not None:
            raise AlreadyDone("Two-step sign-in is on already.")
        now, code = clock.now(), digits(typed)
        if (
            held["totp_secret"] is None
            or code is None
            or not await proving.use_step(account, held, code, now)
        ):
            raise Invalid(WRONG, field="code")
        await run(
            "UPDATE staff SET totp_since = {}, version = version + 1 WHERE programme_id = {} AND id = {}",
            now,
            account.programme_id,
            account.id,
        )
        codes = await _fresh_codes(account)
        await sessions.end_all(account.programme_id, SessionKind.STAFF, account.id, token)
        await _record(account, "on", f"{account.name} turned two-step sign-in on.", by=by)
        return codes


@retried
async def new_codes(programme_id: int, staff_uid: str, *, by: Actor) -> tuple[str, ...]:
    """Ten new recovery codes; the old ones stop working. Raises Invalid while it is off."""
    async with atomic():
        account = await get(programme_id, staff_uid)
        held = (await run(_LOCK, programme_id, account.id))[0]
        if held["totp_since"] is None:
            raise Invalid("Two-step sign-in is off.")
        codes = await _fresh_codes(account)
        await _record(account, "codes", f"{account.name} has new recovery codes.", by=by)
        return codes


@retried
async def turn_off(programme_id: int, staff_uid: str, *, by: Actor) -> None:
    """Ask for no code any more. Raises NotAllowed where the role must have it, AlreadyDone when it is off."""
    async with atomic():
        account = await get(programme_id, staff_uid)
        required = "SELECT role FROM two_step_roles WHERE programme_id = {} AND role = {}"
        if await one(required, programme_id, account.role):
            raise NotAllowed("Your role must sign in in two steps. An owner can change that.")
        await forget(account)
        await _record(account, "off", f"{account.name} turned two-step sign-in off.", by=by)


async def forget(account: Account) -> None:
    """Drop secret and recovery codes, in the caller's transaction. Raises AlreadyDone when it is off."""
    if not await run(_OFF, account.programme_id, account.id):
        raise AlreadyDone("Two-step sign-in is off already.")
    await run(
        "DELETE FROM recovery_codes WHERE programme_id = {} AND staff_id = {}",
        account.programme_id,
        account.id,
    )


async def _fresh_codes(account: Account) -> tuple[str, ...]:
    now = clock.now()
    made = ["".join(secrets.choice(ALPHABET) for _ in range(LENGTH)) for _ in range(RECOVERY_CODES)]
    await run(
        "DELETE FROM recovery_codes WHERE programme_id = {} AND staff_id = {}",
        account.programme_id,
        account.id,
    )
    await insert_many(
        "recovery_codes",
        ("programme_id", "id", "staff_id", "code_hash", "created_at"),
        [(account.programme_id, new_id(now), account.id, vault.mark(code, RECOVERY), now) for code in made],
    )
    return tuple(format_code(code) for code in made)


async def _record(account: Account, what: str, sentence: str, *, by: Actor) -> None:
    await audit.record(account.programme_id, f"staff.two_step_{what}", ("staff", account.id), sentence, by=by)
