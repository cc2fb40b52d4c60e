"""Changing what somebody may do."""

from db.engine import atomic, retried, run
from db.enums import SessionKind, StaffRole, StaffStatus
from loyalty import audit, sessions
from loyalty.errors import AlreadyDone, NotAllowed, Stale
from loyalty.rules.actors import Actor
from loyalty.staff.accounts import ROLES, Account, get


@retried
async def change_role(
    programme_id: int, uid: str, role: StaffRole, *, by: Actor, version: int | None = None
) -> Account:
    """Give somebody another role; they sign in again with it.

    `version` is the one their role was read with. Raises AlreadyDone when they have it, NotAllowed for the
    last owner, Stale when the account has changed since.
    """
    async with atomic():
        owners = await locked_owners(programme_id)
        account = await get(programme_id, uid)
        if account.role is role:
            raise AlreadyDone(f"{account.name} is {ROLES[role]} already.")
        if version not in (None, account.version):
            raise Stale(f"{account.name}’s account has changed since you opened this: {ROLES[account.role]}.")
        refuse_last_owner(account, owners)
        await run(
            "UPDATE staff SET role = {}, version = version + 1 WHERE programme_id = {} AND id = {}",
            role,
            programme_id,
            account.id,
        )
        await sessions.end_all(programme_id, SessionKind.STAFF, account.id)
        await audit.record(
            programme_id,
            "staff.role_changed",
            ("staff", account.id),
            f"{account.name} is now {ROLES[role]}.",
            by=by,
            before={"role": account.role},
            after={"role": role},
        )
    return await get(programme_id, uid)


async def locked_owners(programme_id: int) -> set[int]:
    """The ids of those who are owners, held until the transaction ends: two can't go at once."""
    found = await run(
        "UPDATE staff SET version = version WHERE programme_id = {} AND role = {} AND status = {}"
        " RETURNING id",
        programme_id,
        StaffRole.OWNER,
        StaffStatus.ACTIVE,
    )
    return {row["id"] for row in found}


def refuse_last_owner(account: Account, owners: set[int]) -> None:
    """Raises NotAllowed when nobody would be left who may do everything."""
    if owners == {account.id}:
        raise NotAllowed(f"{account.name} is the only owner. Make somebody else owner first.")
