"""Choosing a password."""

from db.engine import atomic, retried, run
from db.enums import SessionKind, StaffStatus
from loyalty import audit, programmes, sessions
from loyalty.errors import NotFound
from loyalty.rules.actors import Actor
from loyalty.rules.passwords import refuse_weak
from loyalty.staff import hashing
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
