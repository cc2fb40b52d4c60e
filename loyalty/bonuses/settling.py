"""An order came in, or went back: bring the customer's order bonuses to what stands. PRODUCT M1, C5.

Called in the order's own transaction and under the account's lock, so a bonus is paid once whatever comes
twice, late or at once. Orders count from the promise on: paid, earning, not refunded in full. What the policy
`block` leaves untaken stays, and is part of the bonus when it is earned again.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from db.engine import one, value
from db.enums import CustomerType, EntryKind, OrderBonusStatus
from loyalty.bonuses import stored
from loyalty.bonuses.stored import OrderBonus
from loyalty.languages import message as _
from loyalty.ledger import lifetimes
from loyalty.ledger.accounts import Account
from loyalty.ledger.entries import Posting
from loyalty.ledger.posting import Own, claw_back, credit, remaining
from loyalty.rules import clawback
from loyalty.rules.order_bonuses import Sums, change

EARNED = _("A bonus for your orders")
TAKEN_BACK = _("An order that counted for a bonus was refunded")
"""What a member reads beside the points."""

COUNTS = """o.status = 'paid' AND o.earns = true AND o.refunded_minor < o.total_minor
    AND coalesce(o.paid_at, o.placed_at) >= b.granted_at AND coalesce(o.paid_at, o.placed_at) < b.valid_until"""
"""Whether order `o` counts for bonus `b`."""

_NTH = f"""SELECT o.id, o.name, o.paid_at, o.placed_at FROM order_bonuses b
    JOIN orders o ON o.programme_id = b.programme_id AND o.customer_id = b.customer_id AND {COUNTS}
    WHERE b.programme_id = {{}} AND b.id = {{}} ORDER BY coalesce(o.paid_at, o.placed_at), o.id LIMIT 1 OFFSET {{}}"""
_EXPIRED = """SELECT CAST(coalesce(sum(a.points), 0) AS BIGINT) FROM lots l
    JOIN allocations a ON a.programme_id = l.programme_id AND a.lot_id = l.id
    JOIN ledger_entries e ON e.programme_id = a.programme_id AND e.id = a.entry_id AND e.kind = 'expire'
    WHERE l.programme_id = {} AND l.entry_id = {}"""


@dataclass(frozen=True, slots=True)
class _Order:
    """The order that makes a bonus whole, and when it counts."""

    id: int
    name: str
    at: datetime


async def settle(account: Account, news: str) -> None:
    """Pay what the orders have earned by now, and take back what no longer stands.

    `news` is the name of the order that came or went, which the member's history says.
    """
    for bonus in await stored.of_customer(*account.key):
        found = await one(_NTH, account.programme.id, bonus.id, bonus.nth - 1)
        order = _Order(found["id"], found["name"], found["paid_at"] or found["placed_at"]) if found else None
        # Whoever isn't a member any more earns nothing, but what goes back is taken all the same.
        if order is not None and (account.type is CustomerType.MEMBER or bonus.order_id is not None):
            await _pay(account, bonus, order)
        elif order is None and bonus.order_id is not None:
            await _take_back(account, bonus, news)


async def _pay(account: Account, bonus: OrderBonus, order: _Order) -> None:
    if bonus.order_id == order.id:
        return
    give = change(bonus.sums, bonus.points)
    sums = replace(
        bonus.sums,
        covered=bonus.sums.covered - give.uncovered,
        forgiven=bonus.sums.forgiven - give.unforgiven,
    )
    if give.credit:
        posting = Posting(
            kind=EntryKind.CAMPAIGN,
            points=give.credit,
            key=_key(bonus),
            effective_at=order.at,
            available_at=lifetimes.release(account, order.at),
            expires_at=lifetimes.expiry(account, order.at),
            breakdown={"campaign": bonus.campaign, "order": order.name},
            comment=EARNED,
        )
        bonus.entry_id = (await credit(account, posting)).id
        sums = replace(sums, earned=sums.earned + give.credit)
    await _keep(account, bonus, sums, order.id)


async def _take_back(account: Account, bonus: OrderBonus, news: str) -> None:
    due = change(bonus.sums, 0).due
    own = Own(entry_id=bonus.entry_id)
    left = await remaining(account, own)
    expired = await value(_EXPIRED, account.programme.id, bonus.entry_id)
    part = clawback.split(
        due,
        own_remaining=left.own,
        own_expired_uncovered=max(0, expired - bonus.sums.covered),
        others_remaining=left.everything - left.own,
        policy=account.programme.negative_policy,
    )
    if part.points:
        posting = Posting(
            kind=EntryKind.REFUND_CLAWBACK,
            points=-part.points,
            key=_key(bonus),
            breakdown={"campaign": bonus.campaign, "order": news},
            comment=TAKEN_BACK,
        )
        await claw_back(account, posting, own=own, debt=part.debt)
    sums = replace(
        bonus.sums,
        clawed=bonus.sums.clawed + part.points,
        covered=bonus.sums.covered + part.covered_by_expiry,
        forgiven=bonus.sums.forgiven + part.written_off,
    )
    await _keep(account, bonus, sums, None)


async def _keep(account: Account, bonus: OrderBonus, sums: Sums, order_id: int | None) -> None:
    bonus.sums, bonus.order_id = sums, order_id
    bonus.status = OrderBonusStatus.WAITING if order_id is None else OrderBonusStatus.EARNED
    bonus.revision += 1
    await stored.keep(account.programme.id, bonus)


def _key(bonus: OrderBonus) -> str:
    return f"order_bonus:{bonus.uid}:{bonus.revision}"
