"""Orders and refunds as they come in, by webhook or by export: counted once, in any order.

Nothing here adds up events. Each one is stored, and then the order's points are brought to what its
state says (`settling`); so duplicates, lateness and both ways at once change nothing. An order and its
refund that arrive at the same moment wait for each other by the order's name: neither would see the
other's uncommitted row, and the refund would be lost.
"""

from dataclasses import dataclass, field
from datetime import datetime

from db.engine import atomic, hold, one, retried, run
from loyalty.bonuses import settling as bonuses
from loyalty.customers import matching, moving
from loyalty.customers.receiving import refresh
from loyalty.ledger.accounts import Account
from loyalty.ledger.locking import locked
from loyalty.orders import checking, settling, storing
from loyalty.orders.settling import Settled
from loyalty.orders.storing import StoredOrder
from loyalty.programmes import get
from loyalty.referrals import completing
from loyalty.rewards import codes
from loyalty.rules.orders import IncomingOrder, IncomingRefund
from loyalty.surveys import advancing
from loyalty.tiers import evaluating


@dataclass(frozen=True, slots=True)
class Received:
    """`order_id` None: a refund whose order hasn't come yet. `changed`: points moved."""

    order_id: int | None
    is_new: bool = False
    settled: Settled = field(default_factory=Settled)


@retried
async def receive(
    programme_id: int,
    store_id: int,
    order: IncomingOrder,
    *,
    pays_signup: bool = True,
    customer_id: int | None = None,
) -> Received:
    """Store an order and bring its customer's points to what it says. PRODUCT N, C5, B5.

    `customer_id`: whose it is by our own id, where that is known already: at the till, by the API.
    Raises Invalid for an order that can't be: another currency than the programme's, absurd amounts or dates.
    """
    async with atomic():
        programme = await get(programme_id)
        checking.refuse_order(order, programme.currency)
        await hold("order", programme_id, store_id, order.external_id)
        # News of an erased person's order is about money only: who they were must not come back with it.
        erased, shelved = await _background(programme_id, store_id, order.external_id)
        who, email = (None, None) if erased else (order.customer, order.email)
        found = (
            await matching.match(programme, store_id, who, email, order.placed_at)
            if customer_id is None
            else await matching.known(programme_id, customer_id)
        )
        # The account first: rows that point at the customer would lock it the other way round.
        account = await locked(programme_id, found.id) if found else None
        stored = await storing.keep(programme, store_id, order, found.id if found else None, shelved=shelved)
        for refund in order.refunds:
            stored.has_news |= await storing.keep_refund(programme_id, store_id, refund)
        if stored.customer_id is None:
            await _note_refunds(programme_id, store_id, stored)
            return Received(stored.id, stored.is_new)
        if account is None or account.customer_id != stored.customer_id:
            account = await locked(programme_id, stored.customer_id)
        if found is not None and found.id == stored.customer_id:
            if order.customer is not None:
                await refresh(programme, store_id, found, order.customer)
            if found.registers:
                await moving.register(account, at=order.placed_at, pays_signup=pays_signup)
        registered = found is not None and found.registers and found.id == stored.customer_id
        settled = await _settle(account, store_id, stored, order.discount_codes, registered=registered)
        return Received(stored.id, stored.is_new, settled)


@retried
async def receive_refund(programme_id: int, store_id: int, refund: IncomingRefund) -> Received:
    """Store a refund and take back what it un-earned; before its order it just waits there. PRODUCT C5.

    Raises Invalid for a refund that can't be.
    """
    checking.refuse_refund(refund)
    async with atomic():
        await hold("order", programme_id, store_id, refund.order_external_id)
        is_news = await storing.keep_refund(programme_id, store_id, refund)
        stored = await storing.locked(programme_id, store_id, refund.order_external_id)
        if stored is None:
            return Received(None)
        stored.has_news = is_news
        if stored.customer_id is None:
            await _note_refunds(programme_id, store_id, stored)
            return Received(stored.id)
        account = await locked(programme_id, stored.customer_id)
        return Received(stored.id, settled=await _settle(account, store_id, stored))


async def _settle(
    account: Account,
    store_id: int,
    stored: StoredOrder,
    typed_codes: tuple[str, ...] = (),
    *,
    registered: bool = False,
) -> Settled:
    # What a blocked claw-back left due waits for the next refund; a repeat of the old one is none.
    if not stored.has_news:
        return Settled()
    first_order, promised = await _standing(account, stored)
    settled = await settling.settle(account, store_id, stored, first_order=first_order, registered=registered)
    spend, newly = stored.kept_spend - stored.counted_spend, stored.counts and not stored.counted
    await _count(account, stored, spend, int(stored.counts) - int(stored.counted))
    if settled.points or spend or stored.counts is not stored.counted or stored.is_new:
        await evaluating.evaluate(account, reason=f"Order {stored.name}")
    if promised:
        await bonuses.settle(account, stored.name)
    if newly:
        await codes.use_with_order(account.programme.id, typed_codes, stored.name, account.now)
        await completing.complete_for_order(account, stored.id, first_order=first_order)
        await advancing.advance(account)
    return settled


async def _standing(account: Account, stored: StoredOrder) -> tuple[bool, bool]:
    """Whether it is the customer's first order, and whether they were ever promised a bonus for orders.

    It is the first where no paid order came before it, and none after it that earned: only one can be. One
    question for both, because every order pays for it.
    """
    asked = await one(
        "SELECT EXISTS (SELECT 1 FROM orders WHERE programme_id = {} AND customer_id = {} AND id <> {}"
        " AND status = 'paid' AND NOT test AND (earns OR coalesce(paid_at, placed_at) <= {})) AS other,"
        " EXISTS (SELECT 1 FROM order_bonuses WHERE programme_id = {} AND customer_id = {}) AS promised",
        *account.key,
        stored.id,
        stored.happened_at,
        *account.key,
    )
    assert asked is not None
    return not asked["other"], bool(asked["promised"])


async def _count(account: Account, stored: StoredOrder, spend: int, orders: int) -> None:
    """Keep the customer's net spend, order count and dates, which lists and tiers read."""
    at: datetime = stored.happened_at
    await run(
        "UPDATE customers SET spend_minor = spend_minor + {}, order_count = order_count + {},"
        " first_order_at = CASE WHEN {} AND (first_order_at IS NULL OR first_order_at > {}) THEN {}"
        " ELSE first_order_at END,"
        " last_order_at = CASE WHEN {} AND (last_order_at IS NULL OR last_order_at < {}) THEN {}"
        " ELSE last_order_at END,"
        " last_activity_at = CASE WHEN last_activity_at < {} THEN {} ELSE last_activity_at END"
        " WHERE programme_id = {} AND id = {}",
        spend,
        orders,
        stored.counts,
        at,
        at,
        stored.counts,
        at,
        at,
        at,
        at,
        *account.key,
    )


async def _background(programme_id: int, store_id: int, external_id: str) -> tuple[bool, bool]:
    """Whether the order is an erased person's, and whether the store told of its products.

    One question for both, because every order pays for it.
    """
    asked = await one(
        "SELECT EXISTS (SELECT 1 FROM orders o"
        " JOIN customers c ON c.programme_id = o.programme_id AND c.id = o.customer_id"
        " WHERE o.programme_id = {} AND o.store_id = {} AND o.external_id = {} AND c.erased_at IS NOT NULL)"
        " AS erased, EXISTS (SELECT 1 FROM products WHERE programme_id = {} AND store_id = {}) AS shelved",
        programme_id,
        store_id,
        external_id,
        programme_id,
        store_id,
    )
    assert asked is not None
    return bool(asked["erased"]), bool(asked["shelved"])


async def _note_refunds(programme_id: int, store_id: int, stored: StoredOrder) -> None:
    """Keep the refunded amount of an order that is nobody's."""
    refunds = await storing.refunds(programme_id, store_id, stored.external_id)
    await settling.note_refunded(programme_id, stored, refunds)
