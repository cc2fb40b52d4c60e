"""Taking back what a refunded order earned, and returning it when the refund is cancelled (PRODUCT C5)."""

from datetime import datetime
from typing import Any

from db.engine import rows, value
from db.enums import EntryKind
from loyalty.ledger.accounts import Account
from loyalty.ledger.entries import Posting
from loyalty.ledger.posting import Own, give_back, remaining
from loyalty.ledger.posting import claw_back as post_claw_back
from loyalty.ledger.settling import lower_debt
from loyalty.orders.storing import StoredOrder, store_handle
from loyalty.rules import clawback

_TAKEN = """SELECT a.lot_id, l.order_id, CAST(sum(a.points) AS BIGINT) AS points
    FROM ledger_entries e
    JOIN allocations a ON a.programme_id = e.programme_id AND a.entry_id = e.id
    JOIN lots l ON l.programme_id = a.programme_id AND l.id = a.lot_id
    WHERE e.programme_id = {} AND e.order_id = {} AND e.kind IN ('refund_clawback', 'clawback_reversal')
    GROUP BY a.lot_id, l.order_id HAVING sum(a.points) > 0 ORDER BY a.lot_id DESC"""
_DEBTS = """SELECT d.entry_id, d.remaining FROM debts d
    JOIN ledger_entries e ON e.programme_id = d.programme_id AND e.id = d.entry_id
    WHERE d.programme_id = {} AND e.order_id = {} AND d.remaining > 0 ORDER BY d.entry_id DESC"""
_EXPIRED = """SELECT CAST(coalesce(-sum(points), 0) AS BIGINT) FROM ledger_entries
    WHERE programme_id = {} AND order_id = {} AND kind = 'expire'"""


async def claw_back(
    account: Account, store_id: int, stored: StoredOrder, due: int, at: datetime | None
) -> int:
    """Take `due` points back down the waterfall and count them on the order. Returns the entry's points.

    What had expired of the order's own lot is covered: nothing is taken for it. What no lot covers
    follows the negative-balance policy.
    """
    own = Own(order_id=stored.id)
    left = await remaining(account, own)
    expired = await value(_EXPIRED, account.programme.id, stored.id)
    part = clawback.split(
        due,
        own_remaining=left.own,
        own_expired_uncovered=max(0, expired - stored.covered_points),
        others_remaining=left.everything - left.own,
        policy=account.programme.negative_policy,
    )
    stored.covered_points += part.covered_by_expiry
    stored.forgiven_points += part.written_off
    if part.points:
        posting = await _posting(account, store_id, stored, EntryKind.REFUND_CLAWBACK, -part.points, at)
        await post_claw_back(account, posting, own=own, debt=part.debt)
        stored.clawed_points += part.points
    return part.points


async def return_points(account: Account, store_id: int, stored: StoredOrder, points: int) -> int:
    """Give `points` back after a cancelled refund, last step of the waterfall first. Returns the entry's points."""
    taken = await rows(_TAKEN, account.programme.id, stored.id)
    debts = await rows(_DEBTS, account.programme.id, stored.id)
    debt = sum(row["remaining"] for row in debts)
    drawn = stored.clawed_points - debt
    own = min(drawn, sum(lot["points"] for lot in taken if lot["order_id"] == stored.id))
    back = clawback.give_back(
        points,
        written_off=stored.forgiven_points,
        debt=debt,
        from_others=drawn - own,
        covered=stored.covered_points,
        from_own_lot=own,
    )
    stored.forgiven_points -= back.written_off
    stored.covered_points -= back.uncovered
    if back.points:
        cancelled = back.debt
        for row in debts:
            part = min(cancelled, row["remaining"])
            if part:
                await lower_debt(account, row["entry_id"], part, cancelled=True)
                cancelled -= part
        posting = await _posting(account, store_id, stored, EntryKind.CLAWBACK_REVERSAL, back.points, None)
        await give_back(account, posting, _chosen(taken, stored.id, back))
        stored.clawed_points -= back.points
    return back.points


def _chosen(taken: list[dict[str, Any]], order_id: int, back: clawback.GiveBack) -> dict[int, int]:
    """Which lots get how much back: others first, the order's own last, the latest lot first."""
    chosen: dict[int, int] = {}
    for is_own, wanted in ((False, back.to_others), (True, back.to_own_lot)):
        for lot in taken:
            part = min(wanted, lot["points"])
            if part and (lot["order_id"] == order_id) is is_own:
                chosen[lot["lot_id"]] = part
                wanted -= part
    return chosen


async def _posting(
    account: Account, store_id: int, stored: StoredOrder, kind: EntryKind, points: int, at: datetime | None
) -> Posting:
    stored.revision += 1
    handle = await store_handle(account.programme.id, store_id)
    # A platform's clock may be ahead of ours; and nothing is taken before it was earned.
    at = max(min(at or account.now, account.now), stored.happened_at)
    verb = "clawback" if points < 0 else "return"
    return Posting(
        kind=kind,
        points=points,
        qualifying=points,
        key=f"order:{handle}:{stored.external_id}:{verb}:{stored.revision}",
        effective_at=at,
        store_id=store_id,
        order_id=stored.id,
        breakdown={
            "order": stored.name,
            "refunded_minor": stored.refunded_minor,
            "total_minor": stored.total_minor,
        },
        comment=f"Order {stored.name} refunded" if points < 0 else f"Order {stored.name}: refund cancelled",
    )
