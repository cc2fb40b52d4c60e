"""Signing in by password or by one-time link."""

from typing import Any

from db.engine import atomic, one, retried, rows, run
from db.enums import StaffStatus, TokenPurpose
from loyalty import audit, clock
from loyalty.errors import NotAllowed
from loyalty.rules.actors import Actor
from loyalty.rules.orders import normalised_email
from loyalty.sessions import links
from loyalty.staff import hashing, tries
from loyalty.staff.accounts import COLUMNS, Account

MOST_PROGRAMMES = 3
"""How many programmes one address and password may be checked against: each costs a tenth of a second."""


async def by_password(email: str, password: str, *, ip: str = "") -> Account | None:
    """Whose address and password these are, or None. Raises TooManyTries.

    Text and time of the answer are the same for known and unknown addresses. Where one address works
    in several programmes, the password says which; the one used last is tried first. Where `two_step` is on,
    a code is still to come.
    """
    address = normalised_email(email) or email.strip().casefold()
    tried = await tries.begin(address, ip)
    known = await rows(
        f"SELECT {COLUMNS}, password_hash FROM staff WHERE email = {{}} AND programme_id > 0"
        " AND status = {} AND password_hash IS NOT NULL"
        " ORDER BY coalesce(last_seen_at, created_at) DESC LIMIT {}",
        address,
        StaffStatus.ACTIVE,
        MOST_PROGRAMMES,
    )
    found = None
    for row in known or [{"password_hash": hashing.NOBODY}]:
        if await hashing.matches(row["password_hash"], password) and known:
            found = row
            break
    if found is None:
        return None
    await tries.succeeded(tried)
    await _modernise(found, password)
    account = Account.from_row(found)
    if not account.two_step:
        await note(account, "with a password")
    return account


@retried
async def by_link(token: str) -> Account | None:
    """Whose one-time link this is, or None; using it uses it up. An invitation is accepted by it."""
    async with atomic():
        opened = await links.use(token, TokenPurpose.STAFF_INVITE, TokenPurpose.STAFF_SIGN_IN)
        account = await _holder(opened) if opened else None
        if account is not None and not account.two_step:
            await note(account, "by a one-time link")
    return account


@retried
async def sign_in_link(programme_id: int, uid: str, *, by: Actor) -> str:
    """The token of a one-time link for somebody who works here, such as one who forgot the password.

    Raises NotAllowed for somebody who doesn't work here (any more).
    """
    async with atomic():
        row = await one(
            f"SELECT {COLUMNS} FROM staff WHERE programme_id = {{}} AND uid = {{}} AND status <> {{}}",
            programme_id,
            uid,
            StaffStatus.REMOVED,
        )
        if row is None:
            raise NotAllowed("Nobody like that works here.")
        purpose = TokenPurpose.STAFF_SIGN_IN
        if row["status"] == StaffStatus.INVITED:
            purpose = TokenPurpose.STAFF_INVITE
        token = await links.make(programme_id, purpose, row["id"])
        sentence = f"A sign-in link was made for {row['name']}."
        await audit.record(programme_id, "staff.link_made", ("staff", row["id"]), sentence, by=by)
    return token


async def _holder(opened: links.Opened) -> Account | None:
    row = await one(
        f"SELECT {COLUMNS} FROM staff WHERE programme_id = {{}} AND id = {{}} AND status <> {{}}",
        opened.programme_id,
        opened.subject_id,
        StaffStatus.REMOVED,
    )
    return Account.from_row(row) if row else None


async def note(account: Account, how: str) -> None:
    """Record that somebody is in; with two-step sign-in, after the second step."""
    async with atomic():
        await run(
            "UPDATE staff SET last_seen_at = {}, status = {}"
            " WHERE programme_id = {} AND id = {} AND status <> {}",
            clock.now(),
            StaffStatus.ACTIVE,
            account.programme_id,
            account.id,
            StaffStatus.REMOVED,
        )
        sentence = f"{account.name} signed in {how}."
        subject = ("staff", account.id)
        await audit.record(account.programme_id, "staff.signed_in", subject, sentence, by=account.actor)


async def _modernise(row: dict[str, Any], password: str) -> None:
    """Store the hash anew when the costs have risen since."""
    if hashing.outdated(row["password_hash"]):
        await run(
            "UPDATE staff SET password_hash = {} WHERE programme_id = {} AND id = {} AND password_hash = {}",
            await hashing.hashed(password),
            row["programme_id"],
            row["id"],
            row["password_hash"],
        )
