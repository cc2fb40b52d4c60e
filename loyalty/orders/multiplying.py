"""The one-shot multipliers of an order: chosen once, kept while it stands, given back when it falls (I3)."""

from collections.abc import Sequence
from dataclasses import replace

from db.enums import OrderStatus
from loyalty.ledger.accounts import Account
from loyalty.multipliers import using
from loyalty.orders.storing import StoredOrder
from loyalty.rules.earning import EarnContext, OrderFacts, RuleVersion, with_multipliers_used


async def chosen(
    account: Account,
    stored: StoredOrder,
    whole: OrderFacts,
    rules: Sequence[RuleVersion],
    context: EarnContext,
) -> EarnContext:
    """The context with what the whole order uses of the multipliers that waited when it was paid."""
    if not context.earning:
        return context
    offered = await using.waiting(account, stored.happened_at)
    if not offered:
        return context
    return with_multipliers_used(whole, rules, replace(context, multipliers=offered))


async def kept(account: Account, stored: StoredOrder, context: EarnContext) -> EarnContext:
    """The context with the multipliers that are the order's own now.

    An order without any money left gives them back, and still remembers them: should its refund or
    cancellation be taken back, it asks for them again, and earns without those another order has used.
    """
    if not context.multipliers:
        return context
    if stored.status is not OrderStatus.PAID or stored.refunded_minor >= stored.total_minor:
        await using.give_back(account.programme.id, stored.id)
        return context
    return replace(context, multipliers=await using.hold(account, stored.id, context.multipliers))
