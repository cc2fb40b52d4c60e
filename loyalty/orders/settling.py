"""Bringing an order's points to what its state says: earn, take back, give back, earn more (C5)."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from db.engine import insert_many, one, run
from db.enums import CustomerType, EarningTrigger, EntryKind, OrderStatus
from loyalty.earning import rules as versions_of
from loyalty.earning.context import context_of
from loyalty.ledger import lifetimes
from loyalty.ledger.accounts import Account
from loyalty.ledger.entries import Posting
from loyalty.ledger.posting import credit
from loyalty.multipliers import using
from loyalty.orders import clawing, multiplying, storing
from loyalty.orders.facts import facts_of
from loyalty.orders.storing import StoredOrder
from loyalty.rules import clawback, customers
from loyalty.rules.earning import EarnContext, Earned, RuleVersion, earn
from loyalty.rules.orders import IncomingRefund, refunded_minor


@dataclass(frozen=True, slots=True)
class Settled:
    """What moved, in points: earned now, taken back now, given back now."""

    earned: int = 0
    clawed: int = 0
    returned: int = 0

    @property
    def points(self) -> int:
        """The change of the customer's balance."""
        return self.earned - self.clawed + self.returned


@dataclass(frozen=True, slots=True)
class _Terms:
    """The rules and the context an order earns under, as stored with it."""

    rules: tuple[RuleVersion, ...]
    context: EarnContext


async def settle(
    account: Account, store_id: int, stored: StoredOrder, *, first_order: bool, registered: bool
) -> Settled:
    """Post the difference between what the order has earned so far and what it is worth now.

    The order earns under the rules and context of the moment it was first seen paid, stored with it. An
    order that doesn't earn then (left, guest, test) never earns later (PRODUCT A3). `registered`: the order
    itself says that its customer is one of the platform's.
    """
    programme_id = account.programme.id
    refunds = await storing.refunds(programme_id, store_id, stored.external_id)
    await note_refunded(programme_id, stored, refunds)
    if stored.earns is None and stored.status is not OrderStatus.PAID:
        return Settled()
    lines = await storing.lines(programme_id, stored)
    starts = stored.earns is None
    terms = (
        await _first_terms(account, stored, first_order, registered)
        if starts
        else await _stored_terms(programme_id, stored)
    )
    facts = facts_of(stored, lines, (), store_id, reported=0)
    context = terms.context
    if starts:
        context = await multiplying.chosen(account, stored, facts, terms.rules, context)
    context = await multiplying.kept(account, stored, context)
    changed, terms = context != terms.context, replace(terms, context=context)
    whole, before = earn(facts, terms.rules, context), _kept(stored)
    if starts or changed:
        _remember(stored, terms)
    if starts or changed or stored.is_edited:
        await _write_line_earnings(programme_id, stored, whole)
    settled = Settled()
    if stored.earns:
        kept = whole
        if refunds or stored.reported_refund_minor:
            left = facts_of(stored, lines, refunds, store_id, reported=stored.reported_refund_minor)
            kept = earn(left, terms.rules, context)
        settled = await _bring(
            account, store_id, stored, terms, whole, kept.points, at=_refunded_at(stored, refunds)
        )
    if _kept(stored) != before:
        await _keep(programme_id, stored)
    return settled


async def _bring(
    account: Account,
    store_id: int,
    stored: StoredOrder,
    terms: _Terms,
    whole: Earned,
    kept: int,
    *,
    at: datetime | None,
) -> Settled:
    """Post what the whole order has yet to earn, and what the points of its `kept` part say was taken wrongly.

    `at` is when money went back. What was posted is counted on the order.
    """
    earned = worth = 0
    if stored.status is OrderStatus.PAID:
        earned = await _earn(account, store_id, stored, whole, terms)
        worth = kept
    settled = stored.clawed_points + stored.covered_points + stored.forgiven_points
    clawed = returned = 0
    if due := clawback.due(stored.earned_points, worth, settled):
        clawed = await clawing.claw_back(account, store_id, stored, due, at)
    elif back := clawback.clawback_reversal(stored.earned_points, worth, settled):
        returned = await clawing.return_points(account, store_id, stored, back)
    return Settled(earned, clawed, returned)


async def note_refunded(programme_id: int, stored: StoredOrder, refunds: Sequence[IncomingRefund]) -> None:
    """Keep how much of the order's money went back, the larger of reported and known."""
    amount = refunded_minor(stored.total_minor, refunds, stored.reported_refund_minor)
    if amount != stored.refunded_minor:
        stored.refunded_minor = amount
        await run(
            "UPDATE orders SET refunded_minor = {} WHERE programme_id = {} AND id = {}",
            amount,
            programme_id,
            stored.id,
        )


async def _first_terms(account: Account, stored: StoredOrder, first_order: bool, registered: bool) -> _Terms:
    at = stored.happened_at
    rules = await versions_of.in_force(account.programme.id, EarningTrigger.ORDER, at)
    kind = await _type_then(account, at, registered)
    earning = not stored.test and customers.earns(kind, guest_earning=account.programme.guest_earning)
    return _Terms(rules, await context_of(account, at, rules, first_order=first_order, earning=earning))


async def _type_then(account: Account, at: datetime, registered: bool) -> CustomerType:
    """What the customer was then: a delivery must not earn, or fail to earn, by its lateness (PRODUCT A3).

    A guest whose order says that they are registered joined with it, if not before: the day on which we
    learnt of it is the day of whichever order came in first.
    """
    last = await one(
        "SELECT to_type FROM type_changes WHERE programme_id = {} AND customer_id = {} AND at <= {}"
        " ORDER BY at DESC, id DESC LIMIT 1",
        *account.key,
        at,
    )
    then = CustomerType.GUEST if last is None else CustomerType(last["to_type"])
    return customers.registers(then) if registered else then


async def _stored_terms(programme_id: int, stored: StoredOrder) -> _Terms:
    assert stored.earning is not None
    rules = await versions_of.versions(programme_id, tuple(stored.earning["rules"]))
    return _Terms(rules, EarnContext.from_dict(stored.earning["context"]))


def _remember(stored: StoredOrder, terms: _Terms) -> None:
    stored.earns = terms.context.earning
    stored.earning = {"rules": [rule.id for rule in terms.rules], "context": terms.context.to_dict()}


async def _write_line_earnings(programme_id: int, stored: StoredOrder, whole: Earned) -> None:
    if not stored.is_new:
        await run(
            "DELETE FROM line_earnings WHERE programme_id = {} AND order_id = {}", programme_id, stored.id
        )
    await insert_many(
        "line_earnings",
        ("programme_id", "order_id", "position", "line_position", "component", "rule_version_id", "base_minor",
         "rate", "multiplier_percent", "multiplier_id", "boost_percent", "points", "zero_reason"),
        [
            (
                programme_id, stored.id, position, line.line, line.component, line.rule_version_id, line.base_minor,
                line.rate, line.multiplier_percent, line.multiplier_id, line.boost_percent, line.points,
                line.zero_reason or "",
            )
            for position, line in enumerate(whole.lines)
        ],
    )  # fmt: skip


async def _earn(account: Account, store_id: int, stored: StoredOrder, whole: Earned, terms: _Terms) -> int:
    """Credit what the whole order earns beyond what it earned already: all of it at first, more after an edit."""
    points = clawback.top_up(stored.earned_points, whole.points)
    if not points:
        return 0
    at, again = stored.happened_at, stored.earned_points > 0
    stored.revision += 1
    paying = {rule.id: rule.definition for rule in terms.rules}
    by_rule: dict[int, int] = {}
    for line in whole.lines:
        if line.rule_version_id is not None:
            by_rule[line.rule_version_id] = by_rule.get(line.rule_version_id, 0) + line.points
    main = max(by_rule, key=lambda id_: by_rule[id_])
    handle = await storing.store_handle(account.programme.id, store_id)
    promises = await using.names(account.programme.id, terms.context.multipliers)
    await credit(
        account,
        Posting(
            kind=EntryKind.EARN_ORDER,
            points=points,
            qualifying=points,
            key=f"order:{handle}:{stored.external_id}:earn" + (f":{stored.revision}" if again else ""),
            effective_at=at,
            available_at=lifetimes.release(account, at, hold_days=paying[main].hold_days),
            expires_at=lifetimes.expiry(account, at, days=paying[main].expiry_days),
            store_id=store_id,
            order_id=stored.id,
            rule_version_id=main,
            breakdown={
                "order": stored.name,
                "rules": [{"name": paying[id_].name, "points": part} for id_, part in by_rule.items()],
                "multiplier_percent": terms.context.tier_percent,
                **({"multipliers": promises} if promises else {}),
            },
            comment=f"Order {stored.name}",
        ),
    )
    stored.earned_points += points
    return points


def _kept(stored: StoredOrder) -> tuple[Any, ...]:
    """What the order's row keeps of its points. What expiry covered or clamp forgave is dealt with for good."""
    return (
        stored.earns,
        json.dumps(stored.earning),
        stored.earned_points,
        stored.clawed_points,
        stored.covered_points,
        stored.forgiven_points,
        stored.revision,
    )


async def _keep(programme_id: int, stored: StoredOrder) -> None:
    await run(
        "UPDATE orders SET earns = {}, earning = {}, earned_points = {}, clawed_points = {}, covered_points = {},"
        " forgiven_points = {}, revision = {} WHERE programme_id = {} AND id = {}",
        *_kept(stored),
        programme_id,
        stored.id,
    )


def _refunded_at(stored: StoredOrder, refunds: Sequence[IncomingRefund]) -> datetime | None:
    """When the money went back, None (now) when only an export's sum says that it did."""
    if stored.status is OrderStatus.CANCELLED:
        return stored.cancelled_at
    return max((refund.at for refund in refunds), default=None)
