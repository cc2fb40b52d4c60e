"""Ending somebody's work here."""

from db.engine import atomic, retried, run
from db.enums import SessionKind, StaffStatus, TokenPurpose
from loyalty import audit, sessions
from loyalty.rules.actors import Actor
from loyalty.sessions import links
from loyalty.staff.accounts import get
from loyalty.staff.roles import locked_owners, refuse_last_owner


@retried
async def remove(programme_id: int, uid: str, *, by: Actor) -> None:
    """Take somebody's access at once: account, password, sessions and open links.

    Their name stays in the history; `add` with the same address brings them back. Raises NotFound,
    and NotAllowed for the last owner.
    """
    async with atomic():
        owners = await locked_owners(programme_id)
        account = await get(programme_id, uid)
        refuse_last_owner(account, owners)
        await run(
            "UPDATE staff SET status = {}, password_hash = NULL, totp_secret = NULL, totp_since = NULL,"
            " version = version + 1"
            " WHERE programme_id = {} AND id = {}",
            StaffStatus.REMOVED,
            programme_id,
            account.id,
        )
        await run(
            "DELETE FROM recovery_codes WHERE programme_id = {} AND staff_id = {}", programme_id, account.id
        )
        await sessions.end_all(programme_id, SessionKind.STAFF, account.id)
        for purpose in (TokenPurpose.STAFF_INVITE, TokenPurpose.STAFF_SIGN_IN):
            await links.void(programme_id, purpose, account.id)
        await audit.record(
            programme_id,
            "staff.removed",
            ("staff", account.id),
            f"{account.name} no longer works here.",
            by=by,
            before={"role": account.role, "status": account.status},
            after={"status": StaffStatus.REMOVED},
        )
