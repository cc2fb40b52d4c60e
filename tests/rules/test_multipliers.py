"""One-shot multipliers on one order. PRODUCT I3."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.enums import LineKind
from loyalty.errors import Invalid
from loyalty.rules.earning import (
    EarnContext,
    LineFacts,
    OrderFacts,
    RuleDefinition,
    RuleVersion,
    earn,
    with_multipliers_used,
)
from loyalty.rules.earning_rules import Matching
from loyalty.rules.multipliers import Multiplier, checked, title
from tests.rules.properties import property_test
from tests.rules.test_earning_properties import CONTEXTS, ORDERS, rules

MONDAY = EarnContext(on=date(2026, 3, 2))
SKINCARE = Matching(categories=("skincare",))
DOUBLE = Multiplier(1, 200, SKINCARE)
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def rule(number: int = 1, **fields: object) -> RuleVersion:
    return RuleVersion(
        number, RuleDefinition.from_dict({"name": "1 per £", "points": 1, "per_minor": 100} | fields)
    )


def line(total: int, category: str | None = None, **facts: object) -> LineFacts:
    return LineFacts(
        **{"kind": LineKind.PRODUCT, "total_minor": total, "kept_minor": total, "category": category, **facts}
    )


def bought(*lines: LineFacts) -> OrderFacts:
    return OrderFacts(lines=lines)


def under(*multipliers: Multiplier, **more: object) -> EarnContext:
    return replace(MONDAY, multipliers=multipliers, **more)


def test_only_the_lines_of_its_scope_are_doubled_and_say_so():
    found = earn(bought(line(1000, "Skincare"), line(700, "Tea")), [rule()], under(DOUBLE))
    assert [(each.points, each.multiplier_id, each.boost_percent) for each in found.lines] == [
        (20, 1, 200),
        (7, None, 100),
    ]


def test_it_multiplies_on_top_of_the_tier():
    assert earn(bought(line(1000, "Skincare")), [rule()], under(DOUBLE, tier_percent=150)).points == 30


def test_an_empty_scope_lifts_everything_but_a_bonus_for_the_order():
    order = bought(line(1000), line(500, kind=LineKind.SHIPPING))
    bonus = rule(2, per="order", per_minor=None, points=50)
    assert earn(order, [rule(), bonus], under(Multiplier(1, 200))).points == 30 + 50


def test_a_scope_never_names_shipping():
    order = bought(line(500, "Skincare", kind=LineKind.SHIPPING))
    assert earn(order, [rule()], under(DOUBLE)).points == 5


def test_a_limit_of_the_rule_holds_for_what_was_multiplied():
    assert earn(bought(line(1000, "Skincare")), [rule(max_points_per_order=15)], under(DOUBLE)).points == 15


def test_the_best_one_lifts_each_line_and_the_other_is_kept():
    triple = Multiplier(2, 300, SKINCARE)
    context = with_multipliers_used(bought(line(1000, "Skincare")), [rule()], under(DOUBLE, triple))
    assert context.multipliers == (triple,)


def test_two_that_lift_different_lines_are_both_used():
    tea = Multiplier(2, 300, Matching(categories=("tea",)))
    order = bought(line(1000, "Skincare"), line(1000, "Tea"))
    assert set(with_multipliers_used(order, [rule()], under(DOUBLE, tea)).multipliers) == {DOUBLE, tea}


def test_of_two_equal_ones_the_first_to_end_is_used():
    later = Multiplier(2, 200, SKINCARE)
    context = with_multipliers_used(bought(line(1000, "Skincare")), [rule()], under(DOUBLE, later))
    assert context.multipliers == (DOUBLE,)


@pytest.mark.parametrize(
    ("order", "versions"),
    [
        (bought(line(1000, "Tea")), [rule()]),
        (bought(line(1000, "Skincare")), [rule(exclude={"categories": ["Skincare"]})]),
        (bought(line(1000, "Skincare")), [rule(max_points_per_order=10)]),
        (bought(line(1000, "Skincare")), []),
        (bought(line(30, "Skincare")), [rule()]),
    ],
    ids=["no such line", "excluded", "at the limit", "no rule", "too little"],
)
def test_what_makes_no_difference_is_not_used(order, versions):
    assert with_multipliers_used(order, versions, under(DOUBLE)).multipliers == ()


def test_it_is_remembered_with_the_order():
    assert EarnContext.from_dict(under(DOUBLE).to_dict()) == under(DOUBLE)
    assert "multipliers" not in MONDAY.to_dict()


def test_its_name_is_a_sentence():
    assert title(200, SKINCARE, "points") == "Double points on skincare"
    assert title(150, Matching(), "stamps") == "×1.5 stamps on everything"
    both = Matching(categories=("Tea",), tags=("new", "sale"))
    assert title(300, both, "points") == "Triple points on Tea, products tagged new or products tagged sale"


@pytest.mark.parametrize(
    ("percent", "scope", "days", "field"),
    [
        (100, Matching(), 1, "percent"),
        (1001, Matching(), 1, "percent"),
        (200, Matching(tags=(" ",)), 1, "scope"),
        (200, Matching(tags=tuple("abcdefghijk") * 5), 1, "scope"),
        (200, Matching(), 0, "valid_until"),
    ],
)
def test_what_cant_be_granted_is_refused_by_field(percent, scope, days, field):
    with pytest.raises(Invalid) as refused:
        checked(percent, scope, NOON, NOON + timedelta(days=days))
    assert refused.value.field == field


MULTIPLIERS = st.lists(
    st.builds(
        Multiplier,
        st.integers(1, 9),
        st.integers(101, 1000),
        st.sampled_from([Matching(), SKINCARE, Matching(categories=("tea",))]),
    ),
    max_size=4,
    unique_by=lambda each: each.id,
).map(tuple)


@given(ORDERS, rules(), CONTEXTS, MULTIPLIERS, st.data())
@property_test
def test_using_only_what_helps_earns_the_same_and_keeping_less_never_more(
    order, versions, context, multipliers, data
):
    context = replace(context, multipliers=multipliers)
    used = with_multipliers_used(order, versions, context)
    whole = earn(order, versions, used)
    assert whole.points == earn(order, versions, context).points
    assert whole.points >= earn(order, versions, replace(context, multipliers=())).points
    for each in used.multipliers:
        without = replace(used, multipliers=tuple(other for other in used.multipliers if other != each))
        assert earn(order, versions, without).points < whole.points
    less = tuple(replace(each, kept_minor=data.draw(st.integers(0, each.kept_minor))) for each in order.lines)
    assert earn(replace(order, lines=less), versions, used).points <= whole.points
