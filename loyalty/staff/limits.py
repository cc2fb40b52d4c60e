"""How much somebody may adjust by hand (PRODUCT C7)."""

from db.engine import atomic, retried, run
from db.enums import StaffRole
from loyalty import audit
from loyalty.errors import NotAllowed, Stale
from loyalty.rules.actors import Actor
from loyalty.staff.accounts import Account, get


@retried
async def set_limits(
    programme_id: int,
    uid: str,
    *,
    limit: int | None,
    per_day: int | None,
    version: int | None,
    by: Actor,
    as_owner: bool,
) -> Account:
    """Let somebody adjust up to `limit` points at a time and `per_day` a day; None is no limit.

    Only an owner (`as_owner`) limits owners, or themselves. `version` is the one their limits were read with.
    Raises NotFound, NotAllowed, and Stale when the account has changed since.
    """
    async with atomic():
        account = await get(programme_id, uid)
        if not as_owner and (account.role is StaffRole.OWNER or account.id == by.id):
            raise NotAllowed(f"Only an owner can set the limits of {account.name}.")
        changed = await run(
            "UPDATE staff SET adjust_limit = {}, adjust_limit_per_day = {}, version = version + 1"
            " WHERE programme_id = {} AND id = {} AND version = {} RETURNING id",
            limit,
            per_day,
            programme_id,
            account.id,
            account.version if version is None else version,
        )
        if not changed:
            raise Stale(f"{account.name}’s account has changed since you opened this: {said(account)}.")
        now = await get(programme_id, uid)
        await audit.record(
            programme_id,
            "staff.limits_set",
            ("staff", account.id),
            f"{account.name} may adjust {said(now)}.",
            by=by,
            before={"limit": account.limit, "limit_per_day": account.limit_per_day},
            after={"limit": limit, "limit_per_day": per_day},
        )
    return now


def said(account: Account) -> str:
    """The limits in words."""
    bounds = []
    if account.limit is not None:
        bounds.append(f"up to {account.limit:,} points at a time")
    if account.limit_per_day is not None:
        bounds.append(f"up to {account.limit_per_day:,} a day")
    return " and ".join(bounds) or "any number of points"
