import json
from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from db.enums import LineKind, ZeroReason
from loyalty.rules.earning import EarnContext, LineFacts, OrderFacts, earn
from loyalty.rules.earning_rules import Base, Matching, Per, Rounding, RoundingAt, RuleDefinition, RuleVersion
from tests.rules.properties import property_test

CATEGORIES = [None, "Tea", "Skincare"]


@st.composite
def lines(draw) -> LineFacts:
    total, quantity = draw(st.integers(0, 20_000)), draw(st.integers(0, 5))
    return LineFacts(
        kind=draw(st.sampled_from([kind for kind in LineKind if kind is not LineKind.DISCOUNT])),
        total_minor=total,
        kept_minor=draw(st.integers(0, total)),
        quantity=quantity,
        kept_quantity=draw(st.integers(0, quantity)),
        category=draw(st.sampled_from(CATEGORIES)),
    )


@st.composite
def rules(draw) -> list[RuleVersion]:
    marks = st.sampled_from([Matching(), Matching(categories=("tea",)), Matching(categories=("skincare",))])
    stacking = draw(st.sampled_from(["sum", "best"]))
    made = []
    for number in range(draw(st.integers(0, 3))):
        per = draw(st.sampled_from(Per))
        limited = draw(st.booleans())
        made.append(
            RuleDefinition(
                name=f"Rule {number}",
                points=draw(st.integers(1, 50)),
                per=per,
                per_minor=draw(st.integers(1, 500)) if per is Per.AMOUNT else None,
                base=draw(st.sampled_from(Base)),
                include=draw(marks),
                exclude=draw(marks),
                gift_cards=draw(st.booleans()),
                max_points_per_order=draw(st.sampled_from([None, 1, 40])),
                period="month" if limited else None,
                max_points_per_period=draw(st.integers(1, 60)) if limited else None,
                stacking=stacking if per is not Per.ORDER else "sum",
                rounding=draw(st.sampled_from(Rounding)),
                rounding_at=draw(st.sampled_from(RoundingAt)),
            )
        )
    return [RuleVersion(number, RuleDefinition.from_dict(rule.to_dict())) for number, rule in enumerate(made)]


CONTEXTS = st.builds(
    EarnContext,
    on=st.dates(date(2026, 1, 1), date(2026, 12, 31)),
    earning=st.sampled_from([True, True, True, False]),
    tier_percent=st.sampled_from([100, 125, 150, 333]),
    first_order=st.booleans(),
    earned_in_period=st.sampled_from([(), ((0, 7),), ((0, 7), (1, 60))]),
)
ORDERS = st.builds(
    lambda items, rest: OrderFacts(lines=tuple(items), rest_minor=rest, kept_rest_minor=rest),
    st.lists(lines(), max_size=6),
    st.integers(0, 3000),
)


@given(ORDERS, rules(), CONTEXTS)
@property_test
def test_lines_add_up_and_each_is_explained(order, versions, context):
    found = earn(order, versions, context)
    assert found.points == sum(item.points for item in found.lines) >= 0
    assert {item.line for item in found.lines} - {None} == set(range(len(order.lines)))
    for item in found.lines:
        assert (item.points == 0) == (item.zero_reason is not None)
        assert item.points >= 0
    for index in range(len(order.lines)):
        mine = [item for item in found.lines if item.line == index]
        assert len(mine) == 1 or all(item.points for item in mine)


@given(ORDERS, rules(), CONTEXTS)
@property_test
def test_nothing_kept_earns_nothing(order, versions, context):
    gone = OrderFacts(
        lines=tuple(replace(item, kept_minor=0, kept_quantity=0) for item in order.lines),
        rest_minor=order.rest_minor,
        kept_rest_minor=0,
    )
    found = earn(gone, versions, context)
    assert found.points == 0
    paid = [item for item in found.lines if item.line is not None and order.lines[item.line].total_minor]
    assert not context.earning or {item.zero_reason for item in paid} <= {ZeroReason.REFUNDED}


@given(ORDERS, rules(), CONTEXTS, st.data())
@property_test
def test_keeping_less_never_earns_more(order, versions, context, data):
    less = tuple(
        replace(
            item,
            kept_minor=data.draw(st.integers(0, item.kept_minor)),
            kept_quantity=data.draw(st.integers(0, item.kept_quantity)),
        )
        for item in order.lines
    )
    smaller = replace(order, lines=less, kept_rest_minor=data.draw(st.integers(0, order.kept_rest_minor)))
    assert earn(smaller, versions, context).points <= earn(order, versions, context).points


@given(ORDERS, rules(), CONTEXTS)
@property_test
def test_stored_rules_and_context_give_the_same_again(order, versions, context):
    again = [
        RuleVersion(
            version.id, RuleDefinition.from_dict(json.loads(json.dumps(version.definition.to_dict())))
        )
        for version in versions
    ]
    remembered = EarnContext.from_dict(json.loads(json.dumps(context.to_dict())))
    assert remembered == context
    assert earn(order, again, remembered) == earn(order, versions, context)
