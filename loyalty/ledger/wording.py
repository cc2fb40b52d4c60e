"""An earning rule as one sentence for people."""

from loyalty.programmes import Programme
from loyalty.rules.earning_rules import Base, Per, Rounding, RoundingAt, RuleDefinition
from loyalty.rules.money import plain

_ROUNDED = {Rounding.FLOOR: "rounded down", Rounding.HALF_UP: "rounded half up", Rounding.CEIL: "rounded up"}


def words(rule: RuleDefinition, programme: Programme) -> str:
    """“1 point per 1.00 GBP of the order total, rounded down per order”."""
    given = programme.amount(rule.points)
    if rule.per is Per.QUANTITY:
        return f"{given} per piece"
    if rule.per is Per.ORDER or rule.per_minor is None:
        return given
    base = "the order total" if rule.base is Base.TOTAL else "product lines after discounts"
    where = "order" if rule.rounding_at is RoundingAt.ORDER else "line"
    per = f"{plain(rule.per_minor, programme.currency)} {programme.currency}"
    return f"{given} per {per} of {base}, {_ROUNDED[rule.rounding]} per {where}"
