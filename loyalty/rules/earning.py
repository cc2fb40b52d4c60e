"""What an order earns, line by line, and why a line earns nothing. PRODUCT B5, C5, F1, I1.

`earn` is a function of the order, the stored rule versions and the stored context only. A refund runs
it again with less kept, and the difference is what the claw-back takes. All arithmetic is in integers.
"""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from db.enums import EarningTrigger, LineKind, ZeroReason
from loyalty.rules.earning_conditions import (
    Part,
    applies,
    counts,
    is_open,
    matches,
    multiplies,
    parts_of,
)
from loyalty.rules.earning_facts import (
    EarnContext,
    Earned,
    LineEarning,
    LineFacts,
    OrderFacts,
    order_facts,
)
from loyalty.rules.earning_rules import (
    Per,
    Rounding,
    RoundingAt,
    RuleDefinition,
    RuleVersion,
    Stacking,
)
from loyalty.rules.shares import spread

__all__ = [
    "EarnContext",
    "Earned",
    "LineEarning",
    "LineFacts",
    "OrderFacts",
    "RuleDefinition",
    "RuleVersion",
    "earn",
    "earn_action",
    "order_facts",
    "with_multipliers_used",
]

_KIND_REASONS = {
    LineKind.SHIPPING: ZeroReason.SHIPPING,
    LineKind.TAX: ZeroReason.TAX,
    LineKind.GIFT_CARD: ZeroReason.GIFT_CARD,
}


def earn(order: OrderFacts, rules: Sequence[RuleVersion], context: EarnContext) -> Earned:
    """The points the kept part of an order is worth. PRODUCT I1, C5.

    Nothing kept earns 0, and keeping less never earns more as long as `best` rules with different
    minimum spends don't overlap; the claw-back never takes less than nothing in any case.
    """
    parts = parts_of(order)
    nothing = not context.earning or order.kept_minor <= 0
    live = [] if nothing else [rule for rule in rules if applies(rule.definition, order, context)]
    best = {rule.id for rule in live if rule.definition.stacking is Stacking.BEST}
    winners = _winners(parts, [rule for rule in live if rule.id in best])
    earned: list[list[LineEarning]] = [[] for _ in parts]
    for rule in live:
        mine = [
            i
            for i, part in enumerate(parts)
            if counts(rule.definition, part) and (rule.id not in best or winners[i] == rule.id)
        ]
        for i, earning in zip(mine, _by_rule(rule, [parts[i] for i in mine], context), strict=True):
            earned[i].append(earning)
    lines = tuple(
        line
        for part, found in zip(parts, earned, strict=True)
        for line in _explained(part, found, live, context)
    )
    return Earned(sum(line.points for line in lines), lines)


def with_multipliers_used(
    order: OrderFacts, rules: Sequence[RuleVersion], context: EarnContext
) -> EarnContext:
    """The context with only those of its multipliers that give this order more points. PRODUCT I3.

    The weakest and the last to end are tried first, so a customer keeps what another already covers. The
    order earns the same under the answer as under `context`.
    """
    used, whole = context, earn(order, rules, context).points
    strongest = sorted(context.multipliers, key=lambda multiplier: multiplier.percent, reverse=True)
    for each in reversed(strongest):
        without = replace(used, multipliers=tuple(other for other in used.multipliers if other != each))
        if earn(order, rules, without).points == whole:
            used = without
    return used


def earn_action(rule: RuleVersion, context: EarnContext) -> int:
    """The points an action other than an order is worth now: 0 when conditions or limits say no."""
    definition = rule.definition
    if not context.earning or definition.trigger is EarningTrigger.ORDER or not is_open(definition, context):
        return 0
    percent = context.tier_percent if definition.tier_multiplier else 100
    return _capped(rule, _rounded(definition.points * percent, 100, definition.rounding), context)


def _winners(parts: list[Part], best: list[RuleVersion]) -> dict[int, int]:
    """For each part the `best` rule that gives most on what was *bought*, so that refunds never change it."""
    winners: dict[int, int] = {}
    for i, part in enumerate(parts):
        worth = [
            (Fraction(*_exact(rule.definition, part.bought, part.facts.quantity)), -place, rule.id)
            for place, rule in enumerate(best)
            if counts(rule.definition, part)
        ]
        if worth:
            winners[i] = max(worth)[2]
    return winners


def _exact(rule: RuleDefinition, base: int, quantity: int) -> tuple[int, int]:
    """Points before rounding and multipliers as numerator and denominator. A free piece earns nothing."""
    if rule.per is Per.QUANTITY:
        return (rule.points * quantity if base > 0 else 0), 1
    return rule.points * base, rule.per_minor or 1


def _by_rule(rule: RuleVersion, parts: list[Part], context: EarnContext) -> list[LineEarning]:
    """What one rule gives to each of the parts it counts."""
    definition = rule.definition
    percent = context.tier_percent if definition.tier_multiplier else 100
    lifts = [multiplies(definition, part, context) for part in parts]
    if definition.per is Per.ORDER:
        weights, unit = [part.base for part in parts], "order"
        total = _rounded(definition.points * percent, 100, definition.rounding) if any(weights) else 0
        points = spread(total, weights)
    else:
        exact = [_exact(definition, part.base, part.facts.kept_quantity) for part in parts]
        boosts = [lift.percent if lift else 100 for lift in lifts]
        weights = [top * boost for (top, _), boost in zip(exact, boosts, strict=True)]
        unit = str(definition.per_minor or "piece")
        below = (definition.per_minor or 1) * 100 * 100
        if definition.rounding_at is RoundingAt.LINE:
            points = [_rounded(weight * percent, below, definition.rounding) for weight in weights]
        else:
            points = spread(_rounded(sum(weights) * percent, below, definition.rounding), weights)
    capped = _capped(rule, sum(points), context)
    before = points
    if capped < sum(points):
        points = spread(capped, points)
    rate = f"{definition.points} per {unit}"
    return [
        LineEarning(
            part.line,
            _component(part),
            rule.id,
            part.base,
            rate,
            percent,
            got,
            _why_zero(part, got, uncapped),
            lift.id if lift else None,
            lift.percent if lift else 100,
        )
        for part, got, uncapped, lift in zip(parts, points, before, lifts, strict=True)
    ]


def _rounded(top: int, below: int, rounding: Rounding) -> int:
    if rounding is Rounding.CEIL:
        return -(-top // below)
    if rounding is Rounding.HALF_UP:
        return (2 * top + below) // (2 * below)
    return top // below


def _capped(rule: RuleVersion, points: int, context: EarnContext) -> int:
    definition = rule.definition
    if definition.max_points_per_order is not None:
        points = min(points, definition.max_points_per_order)
    if definition.max_points_per_period is not None:
        already = sum(earned for rule_id, earned in context.earned_in_period if rule_id == rule.id)
        points = min(points, max(0, definition.max_points_per_period - already))
    return points


def _component(part: Part) -> str:
    if part.line is None and part.kind is not LineKind.DISCOUNT:
        return "order"
    return part.kind.value


def _why_zero(part: Part, points: int, uncapped: int) -> ZeroReason | None:
    if points:
        return None
    return _money_reason(part) or (ZeroReason.CAP if uncapped else ZeroReason.ROUNDED_AWAY)


def _money_reason(part: Part) -> ZeroReason | None:
    """Why a part without money counts for nothing: given back, free, or paid by a discount."""
    if part.base > 0:
        return None
    if part.facts.total_minor > 0 and part.facts.kept_minor <= 0:
        return ZeroReason.REFUNDED
    return ZeroReason.DISCOUNT if part.facts.total_minor else ZeroReason.FREE


def _explained(
    part: Part, found: list[LineEarning], live: list[RuleVersion], context: EarnContext
) -> list[LineEarning]:
    """The earnings worth telling: those with points, else one with the reason for none."""
    paying = [earning for earning in found if earning.points]
    if paying:
        return paying
    if found:
        return [min(found, key=lambda earning: earning.zero_reason is not ZeroReason.CAP)]
    return [
        LineEarning(part.line, _component(part), None, part.base, "", 100, 0, _unmatched(part, live, context))
    ]


def _unmatched(part: Part, live: list[RuleVersion], context: EarnContext) -> ZeroReason:
    if not context.earning:
        return ZeroReason.NOT_EARNING
    if part.kind is LineKind.DISCOUNT:
        return ZeroReason.DISCOUNT
    if reason := _money_reason(part):
        return reason
    if live and part.kind in _KIND_REASONS:
        return _KIND_REASONS[part.kind]
    excluded = any(rule.definition.exclude and matches(rule.definition.exclude, part.facts) for rule in live)
    return ZeroReason.EXCLUDED_PRODUCT if excluded else ZeroReason.NO_RULE
