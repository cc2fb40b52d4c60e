"""Verifying an e-mail address, which frees the points earned as a guest (PRODUCT A4)."""

from db.engine import atomic, retried, rows, run
from loyalty import audit
from loyalty.ledger.accounts import Account
from loyalty.ledger.lifetimes import UNTIL_VERIFIED, zone_of
from loyalty.ledger.locking import locked
from loyalty.rules.actors import SYSTEM, Actor
from loyalty.rules.expiry import release_at


@retried
async def verify_email(programme_id: int, customer_id: int, *, by: Actor = SYSTEM) -> int:
    """Note that the address is theirs. Returns the points that were waiting for it.

    Freed points still observe their hold period, counted from the day they were earned. A second
    verification changes nothing.
    """
    async with atomic():
        account = await locked(programme_id, customer_id)
        verified = await run(
            "UPDATE customers SET email_verified_at = {}, version = version + 1"
            " WHERE programme_id = {} AND id = {} AND email IS NOT NULL AND email_verified_at IS NULL RETURNING id",
            account.now,
            *account.key,
        )
        if not verified:
            return 0
        points = sum((await free_waiting(account)).values())
        await audit.record(
            programme_id,
            "customer.email_verified",
            ("customer", customer_id),
            f"{account.customer_name} verified the e-mail address",
            by=by,
            customer_id=customer_id,
            after={"points_freed": points},
        )
        return points


async def free_waiting(account: Account) -> dict[int, int]:
    """Let what waited for a proven address observe its hold from the day it was earned: points by lot.

    In the caller's transaction.
    """
    waiting = await rows(
        "SELECT l.id, l.remaining, e.effective_at FROM lots l"
        " JOIN ledger_entries e ON e.programme_id = l.programme_id AND e.id = l.entry_id"
        " WHERE l.programme_id = {} AND l.customer_id = {} AND l.available_at = {}",
        *account.key,
        UNTIL_VERIFIED,
    )
    for lot in waiting:
        held = release_at(lot["effective_at"], account.programme.hold_days, zone_of(account.programme))
        await run(
            "UPDATE lots SET available_at = {} WHERE programme_id = {} AND id = {}",
            max(held, account.now),
            account.programme.id,
            lot["id"],
        )
    return {lot["id"]: lot["remaining"] for lot in waiting}


async def wait_again(account: Account, lot_ids: list[int]) -> None:
    """Put lots back that were freed by mistake, in the caller's transaction."""
    for lot_id in lot_ids:
        await run(
            "UPDATE lots SET available_at = {} WHERE programme_id = {} AND id = {} AND customer_id = {}",
            UNTIL_VERIFIED,
            account.programme.id,
            lot_id,
            account.customer_id,
        )
