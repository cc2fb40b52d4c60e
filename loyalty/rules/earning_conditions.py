"""Which rules apply to an order and which parts of it they count. PRODUCT I1."""

from dataclasses import dataclass
from enum import StrEnum

from db.enums import EarningTrigger, LineKind
from loyalty.rules.earning_facts import EarnContext, LineFacts, OrderFacts
from loyalty.rules.earning_rules import Base, Matching, Per, RuleDefinition
from loyalty.rules.multipliers import Multiplier, best
from loyalty.rules.shares import spread


@dataclass(frozen=True, slots=True)
class Part:
    """A line or the rest, with discounts already spread over what they made cheaper."""

    line: int | None
    kind: LineKind
    facts: LineFacts
    bought: int
    base: int


def parts_of(order: OrderFacts) -> list[Part]:
    rest_kind = LineKind.PRODUCT if not order.lines else LineKind.OTHER
    if order.rest_minor < 0:
        rest_kind = LineKind.DISCOUNT
    rest = LineFacts(
        kind=rest_kind,
        total_minor=order.rest_minor,
        kept_minor=order.kept_rest_minor,
        quantity=0,
        kept_quantity=0,
    )
    facts = list(order.lines)
    if order.rest_minor or not order.lines:
        facts.append(rest)
    goods = [line.kind is LineKind.PRODUCT for line in facts]
    bought = _without_discounts([line.total_minor for line in facts], goods)
    base = _without_discounts([line.kept_minor for line in facts], goods)
    return [
        Part(i if i < len(order.lines) else None, line.kind, line, bought[i], base[i])
        for i, line in enumerate(facts)
    ]


def _without_discounts(amounts: list[int], goods: list[bool]) -> list[int]:
    """Take negative amounts off the goods in proportion, and what goods can't bear off the rest."""
    discount = -sum(amount for amount in amounts if amount < 0)
    net = [max(0, amount) for amount in amounts]
    for taker in (goods, [True] * len(net)):
        if discount:
            weights = [amount if takes else 0 for amount, takes in zip(net, taker, strict=True)]
            cut = min(discount, sum(weights))
            net = [amount - off for amount, off in zip(net, spread(cut, weights), strict=True)]
            discount -= cut
    return net


class Barrier(StrEnum):
    """Why a rule doesn't look at an order at all."""

    TRIGGER = "trigger"
    TIER = "tier"
    SEGMENT = "segment"
    WEEKDAY = "weekday"
    DATES = "dates"
    FIRST_ORDER = "first_order"
    STORE = "store"
    CHANNEL = "channel"
    MIN_SPEND = "min_spend"


def closed_by(rule: RuleDefinition, context: EarnContext) -> Barrier | None:
    """What about the customer or the day closes the rule; None: it is open."""
    if rule.tiers and context.tier_id not in rule.tiers:
        return Barrier.TIER
    if rule.segments and not set(rule.segments).intersection(context.segment_ids):
        return Barrier.SEGMENT
    if rule.weekdays and context.on.isoweekday() not in rule.weekdays:
        return Barrier.WEEKDAY
    late = rule.ends_on is not None and context.on > rule.ends_on
    if late or (rule.starts_on is not None and context.on < rule.starts_on):
        return Barrier.DATES
    if rule.first_order_only and not context.first_order:
        return Barrier.FIRST_ORDER
    return None


def is_open(rule: RuleDefinition, context: EarnContext) -> bool:
    return closed_by(rule, context) is None


def barred_by(rule: RuleDefinition, order: OrderFacts, context: EarnContext) -> Barrier | None:
    """What keeps the rule from this order; None: it applies."""
    if rule.trigger is not EarningTrigger.ORDER:
        return Barrier.TRIGGER
    if barrier := closed_by(rule, context):
        return barrier
    if rule.stores and order.store_id not in rule.stores:
        return Barrier.STORE
    if rule.channels and order.channel not in rule.channels:
        return Barrier.CHANNEL
    return Barrier.MIN_SPEND if order.kept_minor < rule.min_spend_minor else None


def applies(rule: RuleDefinition, order: OrderFacts, context: EarnContext) -> bool:
    return barred_by(rule, order, context) is None


def matches(marks: Matching, line: LineFacts) -> bool:
    def among(value: str | None, wanted: tuple[str, ...]) -> bool:
        return value is not None and value.casefold() in {word.casefold() for word in wanted}

    return (
        among(line.product_id, marks.products)
        or among(line.sku, marks.skus)
        or among(line.category, marks.categories)
        or any(among(tag, marks.tags) for tag in line.tags)
    )


def counts(rule: RuleDefinition, part: Part) -> bool:
    """Whether the rule gives points for this part at all."""
    goods = part.kind is LineKind.PRODUCT or (part.kind is LineKind.GIFT_CARD and rule.gift_cards)
    if part.kind in (LineKind.DISCOUNT, LineKind.GIFT_CARD) and not goods:
        return False
    goods_only = rule.include or rule.base is Base.ITEMS or rule.per is Per.QUANTITY
    if (goods_only and not goods) or (rule.include and not matches(rule.include, part.facts)):
        return False
    return not (rule.exclude and matches(rule.exclude, part.facts))


def multiplies(rule: RuleDefinition, part: Part, context: EarnContext) -> Multiplier | None:
    """The one-shot multiplier that lifts what the rule gives for this part. PRODUCT I3.

    The best of those whose scope has it. A fixed bonus belongs to the order, not to a line: none lifts it.
    """
    if rule.per is Per.ORDER or not context.multipliers:
        return None
    goods = part.kind in (LineKind.PRODUCT, LineKind.GIFT_CARD)
    return best(
        [
            each
            for each in context.multipliers
            if not each.scope or (goods and matches(each.scope, part.facts))
        ]
    )
