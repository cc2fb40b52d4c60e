"""Letting somebody in again who lost their phone and their recovery codes (PRODUCT O1)."""

from db.engine import atomic, retried
from db.enums import SessionKind
from loyalty import audit, sessions
from loyalty.errors import NotAllowed
from loyalty.rules.actors import Actor
from loyalty.staff.accounts import Account, get
from loyalty.two_step.setting_up import forget


@retried
async def reset(programme_id: int, staff_uid: str, *, by: Actor) -> Account:
    """Ask this person for no code until they set it up anew; they are signed out everywhere.

    Raises NotAllowed for oneself (turning it off asks for a code), AlreadyDone when it is off, NotFound.
    """
    async with atomic():
        account = await get(programme_id, staff_uid)
        if (by.kind, by.id) == (account.actor.kind, account.id):
            raise NotAllowed("Turn your own two-step sign-in off under My account.")
        await forget(account)
        await sessions.end_all(programme_id, SessionKind.STAFF, account.id)
        await audit.record(
            programme_id,
            "staff.two_step_reset",
            ("staff", account.id),
            f"{account.name}’s two-step sign-in was reset.",
            by=by,
        )
        return account
