from datetime import date

import pytest

from db.enums import EarningTrigger, LineKind, ZeroReason
from loyalty.rules.earning import EarnContext, LineFacts, OrderFacts, earn, earn_action
from loyalty.rules.earning_rules import RuleDefinition, RuleVersion

MONDAY = EarnContext(on=date(2026, 3, 2))
PER_POUND = {"name": "1 per £", "points": 1, "per_minor": 100}


def rule(number: int = 1, **fields: object) -> RuleVersion:
    return RuleVersion(number, RuleDefinition.from_dict(PER_POUND | fields))


def line(total: int, kept: int | None = None, kind: LineKind = LineKind.PRODUCT, **facts) -> LineFacts:
    return LineFacts(kind=kind, total_minor=total, kept_minor=total if kept is None else kept, **facts)


def order(*lines: LineFacts, rest: int = 0, kept_rest: int | None = None, **facts) -> OrderFacts:
    kept_rest = rest if kept_rest is None else kept_rest
    return OrderFacts(lines=lines, rest_minor=rest, kept_rest_minor=kept_rest, **facts)


def points(found) -> list[int]:
    return [item.points for item in found.lines]


def reasons(found) -> list[ZeroReason | None]:
    return [item.zero_reason for item in found.lines]


def test_the_order_is_floored_once_and_the_lines_add_up_to_it():
    found = earn(order(line(1050), line(999), rest=250), [rule()], MONDAY)
    assert found.points == 22
    assert points(found) == [10, 10, 2]
    assert [(item.line, item.component) for item in found.lines] == [
        (0, "product"),
        (1, "product"),
        (None, "order"),
    ]


def test_every_line_tells_rule_base_rate_and_multiplier():
    gold = EarnContext(on=date(2026, 3, 2), tier_id=3, tier_percent=150)
    (told,) = earn(order(line(1000)), [rule(7)], gold).lines
    assert (told.rule_version_id, told.base_minor, told.rate, told.multiplier_percent) == (
        7,
        1000,
        "1 per 100",
        150,
    )
    assert told.points == 15


def test_a_rule_may_ignore_the_tier_multiplier():
    gold = EarnContext(on=date(2026, 3, 2), tier_percent=200)
    assert earn(order(line(1000)), [rule(tier_multiplier=False)], gold).points == 10


def test_items_only_leaves_out_shipping_and_tax_and_says_so():
    bought = order(line(1000), line(500, kind=LineKind.SHIPPING), line(200, kind=LineKind.TAX))
    found = earn(bought, [rule(base="items")], MONDAY)
    assert points(found) == [10, 0, 0]
    assert reasons(found) == [None, ZeroReason.SHIPPING, ZeroReason.TAX]


def test_a_discount_line_lowers_what_the_goods_earn():
    bought = order(
        line(1000), line(1000), line(300, kind=LineKind.SHIPPING), line(-500, kind=LineKind.DISCOUNT)
    )
    items = earn(bought, [rule(base="items")], MONDAY)
    assert points(items) == [8, 7, 0, 0]
    assert reasons(items)[2:] == [ZeroReason.SHIPPING, ZeroReason.DISCOUNT]
    assert earn(bought, [rule()], MONDAY).points == 18


def test_an_unlisted_discount_is_explained_as_one():
    found = earn(order(line(1000), rest=-400), [rule()], MONDAY)
    assert points(found) == [6, 0]
    assert (found.lines[1].component, found.lines[1].zero_reason) == ("discount", ZeroReason.DISCOUNT)


def test_an_order_known_by_its_total_only_earns_on_it():
    assert earn(order(rest=2599), [rule(base="items")], MONDAY).points == 25


def test_gift_cards_earn_only_where_the_rule_says_so():
    bought = order(line(1000), line(5000, kind=LineKind.GIFT_CARD))
    assert reasons(earn(bought, [rule()], MONDAY)) == [None, ZeroReason.GIFT_CARD]
    assert earn(bought, [rule(gift_cards=True)], MONDAY).points == 60


def test_included_categories_earn_and_the_rest_has_no_rule():
    bought = order(
        line(1000, category="Skincare"), line(1000, category="Tea"), line(300, kind=LineKind.SHIPPING)
    )
    found = earn(bought, [rule(include={"categories": ["skincare"]})], MONDAY)
    assert points(found) == [10, 0, 0]
    assert reasons(found) == [None, ZeroReason.NO_RULE, ZeroReason.SHIPPING]


@pytest.mark.parametrize(
    "marks", [{"skus": ["T-1"]}, {"products": ["77"]}, {"tags": ["sale"]}, {"categories": ["Tea"]}]
)
def test_an_excluded_product_earns_nothing_by_any_mark(marks):
    tea = line(1000, sku="t-1", product_id="77", tags=("SALE",), category="tea")
    found = earn(order(tea, line(500)), [rule(exclude=marks)], MONDAY)
    assert reasons(found) == [ZeroReason.EXCLUDED_PRODUCT, None]


def test_stamps_count_matching_pieces_kept_and_paid_for():
    stamp = rule(points=1, per="quantity", per_minor=None, include={"tags": ["drink"]})
    drinks = order(
        line(900, 600, quantity=3, kept_quantity=2, tags=("drink",)),
        line(0, quantity=1, tags=("drink",)),
        line(400, quantity=2, kept_quantity=2),
    )
    found = earn(drinks, [stamp], MONDAY)
    assert points(found) == [2, 0, 0]
    assert reasons(found) == [None, ZeroReason.FREE, ZeroReason.NO_RULE]
    assert found.lines[0].rate == "1 per piece"


def test_a_fixed_bonus_is_spread_over_what_it_rewards():
    bonus = rule(points=50, per="order", per_minor=None)
    found = earn(order(line(3000), line(1000)), [bonus], MONDAY)
    assert points(found) == [38, 12]
    assert found.lines[0].rate == "50 per order"


def test_rules_add_up_unless_they_compete():
    bought = order(line(1000, category="Skincare"), line(1000))
    double = {"points": 2, "include": {"categories": ["Skincare"]}}
    assert earn(bought, [rule(1), rule(2, **double)], MONDAY).points == 40
    best = earn(bought, [rule(1, stacking="best"), rule(2, stacking="best", **double)], MONDAY)
    assert points(best) == [20, 10]
    assert [item.rule_version_id for item in best.lines] == [2, 1]


def test_the_winner_is_chosen_by_what_was_bought_so_a_refund_keeps_it():
    by_piece = rule(1, points=4, per="quantity", per_minor=None, stacking="best")
    by_money = rule(2, stacking="best")
    half = order(line(1000, 300, quantity=2, kept_quantity=2))
    assert earn(half, [by_piece, by_money], MONDAY).lines[0].rule_version_id == 2


@pytest.mark.parametrize(("mode", "whole", "by_line"), [("floor", 3, 2), ("half_up", 3, 4), ("ceil", 4, 4)])
def test_rounding_by_order_and_by_line(mode, whole, by_line):
    bought = order(line(160), line(150))
    assert earn(bought, [rule(rounding=mode)], MONDAY).points == whole
    assert earn(bought, [rule(rounding=mode, rounding_at="line")], MONDAY).points == by_line


def test_a_line_rounded_away_says_so():
    assert reasons(earn(order(line(99)), [rule()], MONDAY)) == [ZeroReason.ROUNDED_AWAY]


def test_caps_per_order_and_per_period_hold_and_are_named():
    bought = order(line(5000), line(100))
    assert earn(bought, [rule(max_points_per_order=20)], MONDAY).points == 20
    weekly = rule(4, period="week", max_points_per_period=30)
    almost = EarnContext(on=date(2026, 3, 2), earned_in_period=((4, 30), (5, 1)))
    assert reasons(earn(bought, [weekly], almost)) == [ZeroReason.CAP, ZeroReason.CAP]
    assert earn(bought, [weekly], MONDAY).points == 30


@pytest.mark.parametrize(
    ("condition", "context", "applies"),
    [
        ({"weekdays": [1]}, {}, True),
        ({"weekdays": [6, 7]}, {}, False),
        ({"starts_on": "2026-03-02", "ends_on": "2026-03-02"}, {}, True),
        ({"starts_on": "2026-03-03"}, {}, False),
        ({"ends_on": "2026-03-01"}, {}, False),
        ({"tiers": [3]}, {"tier_id": 3}, True),
        ({"tiers": [3]}, {}, False),
        ({"first_order_only": True}, {"first_order": True}, True),
        ({"first_order_only": True}, {}, False),
        ({"stores": [1]}, {}, True),
        ({"stores": [2]}, {}, False),
        ({"channels": ["pos"]}, {}, True),
        ({"channels": ["web"]}, {}, False),
        ({"min_spend_minor": 1000}, {}, True),
        ({"min_spend_minor": 1001}, {}, False),
        ({"trigger": "signup", "per_minor": None}, {}, False),
    ],
)
def test_conditions_decide_whether_a_rule_applies(condition, context, applies):
    found = earn(
        order(line(1000), store_id=1, channel="pos"),
        [rule(**condition)],
        EarnContext(on=date(2026, 3, 2), **context),
    )
    assert found.points == (10 if applies else 0)
    assert applies or reasons(found) == [ZeroReason.NO_RULE]


def test_an_order_that_does_not_earn_says_so_on_every_line():
    left = EarnContext(on=date(2026, 3, 2), earning=False)
    assert reasons(earn(order(line(1000), line(500)), [rule()], left)) == [ZeroReason.NOT_EARNING] * 2


def test_a_refunded_line_and_a_refunded_order_say_so():
    half = earn(order(line(1000, 0), line(500)), [rule()], MONDAY)
    assert (points(half), reasons(half)) == ([0, 5], [ZeroReason.REFUNDED, None])
    gone = earn(order(line(1000, 0), rest=100, kept_rest=0), [rule()], MONDAY)
    assert reasons(gone) == [ZeroReason.REFUNDED, ZeroReason.REFUNDED]


def test_actions_earn_a_fixed_number_within_their_limits():
    signup = RuleVersion(1, RuleDefinition.from_dict({"name": "Welcome", "points": 100, "trigger": "signup"}))
    assert signup.definition.trigger is EarningTrigger.SIGNUP
    assert earn_action(signup, EarnContext(on=date(2026, 3, 2), tier_percent=150)) == 150
    assert earn_action(rule(), MONDAY) == 0
    yearly = {"name": "Visit", "points": 5, "trigger": "visit", "period": "year", "max_points_per_period": 7}
    visit = RuleVersion(2, RuleDefinition.from_dict(yearly))
    assert earn_action(visit, EarnContext(on=date(2026, 3, 2), earned_in_period=((2, 5),))) == 2
