"""Why a rule doesn't look at an order. PRODUCT I1."""

from datetime import date

import pytest
from hypothesis import given

from loyalty.rules.earning import EarnContext, OrderFacts, earn
from loyalty.rules.earning_conditions import Barrier, barred_by
from loyalty.rules.earning_rules import RuleDefinition, RuleVersion
from tests.rules.properties import property_test
from tests.rules.test_earning_properties import CONTEXTS, ORDERS, rules

MONDAY = EarnContext(on=date(2026, 3, 2), tier_id=3, segment_ids=(7, 8))
ORDER = OrderFacts(lines=(), rest_minor=1000, kept_rest_minor=1000, store_id=5, channel="web")


@pytest.mark.parametrize(
    ("conditions", "barrier"),
    [
        ({}, None),
        ({"trigger": "signup", "per": "order", "per_minor": None}, Barrier.TRIGGER),
        ({"tiers": [4]}, Barrier.TIER),
        ({"segments": [8, 9]}, None),
        ({"segments": [9]}, Barrier.SEGMENT),
        ({"weekdays": [2]}, Barrier.WEEKDAY),
        ({"starts_on": "2026-03-03"}, Barrier.DATES),
        ({"ends_on": "2026-03-01"}, Barrier.DATES),
        ({"first_order_only": True}, Barrier.FIRST_ORDER),
        ({"stores": [6]}, Barrier.STORE),
        ({"channels": ["pos"]}, Barrier.CHANNEL),
        ({"min_spend_minor": 1001}, Barrier.MIN_SPEND),
    ],
)
def test_the_first_thing_in_the_way_is_named(conditions, barrier):
    rule = RuleDefinition.from_dict({"name": "1 per £", "points": 1, "per_minor": 100, **conditions})
    assert barred_by(rule, ORDER, MONDAY) is barrier
    assert (earn(ORDER, [RuleVersion(1, rule)], MONDAY).points > 0) is (barrier is None)


@given(ORDERS, rules(), CONTEXTS)
@property_test
def test_a_barred_rule_gives_nothing(order, versions, context):
    found = earn(order, versions, context)
    for version in versions:
        if barred_by(version.definition, order, context):
            assert not any(line.rule_version_id == version.id for line in found.lines)
