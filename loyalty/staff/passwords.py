"""Choosing a password."""

from db.engine import atomic, retried, run, value
from db.enums import SessionKind, StaffStatus
from loyalty import audit, programmes, sessions
from loyalty.errors import Invalid, NotFound
from loyalty.rules.actors import Actor
from loyalty.rules.passwords import refuse_weak
from loyalty.staff import hashing, tries
from loyalty.staff.accounts import get


@retried
async def set_password(
    programme_id: int, uid: str, password: str, *, by: Actor, except_token: str | None = None
) -> None:
    """Set somebody's password and sign them out everywhere but where `except_token` is the cookie.

    Raises Invalid for a weak one, NotFound for somebody who doesn't work here.
    """
    account = await get(programme_id, uid)
    programme = await programmes.get(programme_id)
    refuse_weak(password, [account.email, account.name, programme.name])
    hashed = await hashing.hashed(password)
    async with atomic():
        changed = await run(
            "UPDATE staff SET password_hash = {}, version = version + 1 WHERE programme_id = {} AND id = {}"
            " AND status <> {} RETURNING id",
            hashed,
            programme_id,
            account.id,
            StaffStatus.REMOVED,
        )
        if not changed:
            raise NotFound("Nobody like that works here.")
        await sessions.end_all(programme_id, SessionKind.STAFF, account.id, except_token)
        sentence = f"{account.name} has a new password."
        await audit.record(programme_id, "staff.password_set", ("staff", account.id), sentence, by=by)


async def has_password(programme_id: int, uid: str) -> bool:
    """Whether somebody chose a password; who came by a link may have none."""
    return await _stored(programme_id, uid) is not None


async def change_password(
    programme_id: int, uid: str, current: str, new: str, *, by: Actor, except_token: str
) -> None:
    """Somebody's own new password, for the current one where they have one; other browsers are signed out.

    Raises Invalid for a wrong or a weak one, TooManyTries, NotFound.
    """
    await check(programme_id, uid, current)
    await set_password(programme_id, uid, new, by=by, except_token=except_token)


async def check(programme_id: int, uid: str, current: str) -> None:
    """Return when this is somebody's current password, or they have none. Raises Invalid, TooManyTries."""
    stored = await _stored(programme_id, uid)
    if stored is not None:
        # A borrowed browser may not be used to guess the password.
        tried = await tries.begin(f"password:{programme_id}:{uid}", "")
        if not await hashing.matches(stored, current):
            raise Invalid("That isn’t your current password.", field="current")
        await tries.succeeded(tried)


async def _stored(programme_id: int, uid: str) -> str | None:
    account = await get(programme_id, uid)
    stored = "SELECT password_hash FROM staff WHERE programme_id = {} AND id = {}"
    found: str | None = await value(stored, programme_id, account.id)
    return found
