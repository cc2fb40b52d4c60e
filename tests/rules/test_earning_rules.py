import json
import tomllib
from datetime import date

import pytest

from db.enums import EarningTrigger
from loyalty.errors import Invalid
from loyalty.rules.earning_rules import Base, Matching, Per, RuleDefinition

FULL = """
name = "Double Skincare"
points = 2
trigger = "order"
per_minor = 100
base = "items"
stores = [1]
channels = ["web"]
tiers = [2, 3]
weekdays = [6, 7]
starts_on = 2026-03-01
ends_on = "2026-03-31"
min_spend_minor = 2000
first_order_only = true
gift_cards = true
max_points_per_order = 500
period = "month"
max_points_per_period = 1000
stacking = "best"
rounding = "half_up"
rounding_at = "line"
tier_multiplier = false
hold_days = 0
expiry_days = 90
include = { categories = ["Skincare"], tags = ["new"] }
exclude = { skus = ["GIFT-1"], products = ["9"] }
"""


def test_a_rule_reads_the_same_from_toml_and_from_its_own_json():
    rule = RuleDefinition.from_dict(tomllib.loads(FULL))
    assert (rule.per, rule.base, rule.starts_on) == (Per.AMOUNT, Base.ITEMS, date(2026, 3, 1))
    assert rule.include == Matching(categories=("Skincare",), tags=("new",))
    assert RuleDefinition.from_dict(json.loads(json.dumps(rule.to_dict()))) == rule


def test_the_stored_form_holds_only_what_was_said():
    rule = RuleDefinition.from_dict({"name": " Welcome ", "points": 100, "trigger": "signup"})
    assert rule.trigger is EarningTrigger.SIGNUP
    assert rule.to_dict() == {"name": "Welcome", "points": 100, "trigger": "signup", "per": "order"}


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": 5}, "name"),
        ({"points": 0}, "points"),
        ({"points": 1.5}, "points"),
        ({"points": True}, "points"),
        ({"points": 10**13}, "points"),
        ({"per_minor": 0}, "per_minor"),
        ({"per": "amount", "per_minor": None}, "per_minor"),
        ({"per": "quantity"}, "per_minor"),
        ({"per": "kilo"}, "per"),
        ({"trigger": "theft"}, "trigger"),
        ({"trigger": "visit"}, "per"),
        ({"base": "tips"}, "base"),
        ({"stores": "all"}, "stores"),
        ({"weekdays": [0]}, "weekdays"),
        ({"channels": "web"}, "channels"),
        ({"channels": [""]}, "channels"),
        ({"starts_on": "1 March"}, "starts_on"),
        ({"starts_on": 5}, "starts_on"),
        ({"starts_on": "2026-03-02", "ends_on": "2026-03-01"}, "ends_on"),
        ({"first_order_only": "yes"}, "first_order_only"),
        ({"period": "week"}, "max_points_per_period"),
        ({"max_points_per_period": 5}, "period"),
        ({"stacking": "best", "per": "order", "per_minor": None}, "stacking"),
        ({"include": ["Tea"]}, "include"),
        ({"include": {"brands": ["A"]}}, "include"),
        ({"include": {"tags": "new"}}, "include.tags"),
        ({"hold_days": -1}, "hold_days"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_wrong_field_is_refused_by_name(wrong, field):
    with pytest.raises(Invalid) as refusal:
        RuleDefinition.from_dict({"name": "1 per £", "points": 1, "per_minor": 100} | wrong)
    assert refusal.value.field == field
    assert field in str(refusal.value)
    assert str(refusal.value).endswith(".")
