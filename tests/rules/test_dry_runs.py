"""Replaying orders under a proposed rule. PRODUCT I2."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from loyalty.rules.dry_runs import Past, Proposal, Stored, replayed
from loyalty.rules.earning import EarnContext, OrderFacts, RuleVersion, earn
from loyalty.rules.earning_rules import RuleDefinition
from tests.rules.properties import property_test
from tests.rules.test_earning_properties import ORDERS, rules

FIRST, LAST = date(2026, 3, 1), date(2026, 5, 31)
ONE = RuleDefinition.from_dict({"name": "1 per £", "points": 1, "per_minor": 100})
RULE, PLACE = 7, (0, 7)


def proposal(definition: RuleDefinition, **more) -> Proposal:
    return Proposal(
        **{"rule_id": RULE, "place": PLACE, "definition": definition, "first": FIRST, "last": LAST, **more}
    )


def version(definition: RuleDefinition = ONE, rule_id: int = RULE, place=PLACE) -> Stored:
    return Stored(rule_id, place, RuleVersion(100 + rule_id, definition))


def order(minor: int, day: date = FIRST, *stored: Stored, kept: int | None = None, **context) -> Past:
    left = minor if kept is None else kept
    return Past(
        whole=OrderFacts(lines=(), rest_minor=minor, kept_rest_minor=minor),
        kept=OrderFacts(lines=(), rest_minor=minor, kept_rest_minor=left),
        stands=left > 0,
        rules=stored or (version(),),
        context=EarnContext(on=day, **context),
    )


def test_twice_the_points_for_what_is_kept_with_the_tier_the_order_had():
    history = [order(1000, tier_percent=150), order(1000, kept=500), order(1000, kept=0)]
    assert replayed(proposal(replace(ONE, points=2)), history) == [(15, 30), (5, 10), (0, 0)]


def test_a_draft_joins_the_rules_an_order_had():
    bonus = RuleDefinition.from_dict({"name": "Ten", "points": 10})
    assert replayed(proposal(bonus, rule_id=9, place=(1, 9)), [order(1000)]) == [(10, 20)]


def test_segments_an_order_knew_are_as_it_knew_them_and_others_as_their_history_has_them():
    sevens = RuleDefinition.from_dict({**ONE.to_dict(), "segments": [7]})
    either = replace(sevens, points=2, segments=(7, 8))
    was_in_7 = order(1000, FIRST, version(sevens), segment_ids=(7,))
    in_none = order(1000, FIRST, version(sevens))
    assert replayed(proposal(either), [was_in_7, in_none]) == [(10, 20), (0, 0)]
    history = [replace(in_none, segments=frozenset({7})), replace(in_none, segments=frozenset({8}))]
    assert replayed(proposal(either), history) == [(0, 0), (0, 20)]
    assert replayed(proposal(either), [replace(order(1000), segments=frozenset({7}))]) == [(10, 20)]


def test_who_did_not_earn_gets_nothing_from_it():
    assert replayed(proposal(replace(ONE, points=2)), [order(1000, earning=False)]) == [(0, 0)]


def test_a_new_limit_is_used_up_order_by_order_and_begins_anew_each_month():
    limited = replace(ONE, points=2, period="month", max_points_per_period=30)
    limited = RuleDefinition.from_dict(limited.to_dict())
    days = [FIRST, FIRST + timedelta(days=1), FIRST + timedelta(days=31)]
    assert replayed(proposal(limited), [order(1000, day) for day in days]) == [(10, 20), (10, 10), (10, 20)]
    assert replayed(proposal(limited), [order(1000, day) for day in days], before=25) == [
        (10, 5),
        (10, 0),
        (10, 20),
    ]


def test_a_limit_that_was_there_holds_with_what_the_order_knew():
    limited = RuleDefinition.from_dict({**ONE.to_dict(), "period": "month", "max_points_per_period": 15})
    stored = version(limited)
    history = [
        order(1000, FIRST, stored),
        order(1000, FIRST, stored, earned_in_period=((stored.version.id, 10),)),
    ]
    assert replayed(proposal(limited), history) == [(10, 10), (5, 5)]
    double = replace(limited, points=2)
    assert replayed(proposal(double), history) == [(10, 15), (5, 0)]


def test_of_two_best_rules_the_proposed_one_competes_in_its_place():
    best = RuleDefinition.from_dict({**ONE.to_dict(), "stacking": "best"})
    other = version(replace(best, points=3), rule_id=8, place=(1, 8))
    history = [order(1000, FIRST, version(best), other)]
    assert replayed(proposal(replace(best, points=2)), history) == [(30, 30)]
    assert replayed(proposal(replace(best, points=5)), history) == [(30, 50)]


def test_a_plan_for_another_time_is_tried_on_this_one():
    planned = replace(ONE, points=2, starts_on=LAST + timedelta(days=1))
    assert replayed(proposal(planned), [order(1000)]) == [(10, 20)]
    inside = replace(ONE, points=2, starts_on=FIRST + timedelta(days=1))
    assert replayed(proposal(inside), [order(1000)]) == [(10, 0)]


@st.composite
def histories(draw):
    """A customer's orders as earning itself leaves them: contexts know what was earned before."""
    versions = [Stored(each.id, (each.id, each.id), each) for each in draw(rules())]
    given_so_far: dict[tuple[int, int], int] = {}
    history = []
    for day in sorted(draw(st.lists(st.dates(FIRST, LAST), min_size=1, max_size=6))):
        facts = draw(ORDERS)
        month = day.month
        pairs = tuple(
            (each.version.id, given_so_far.get((each.version.id, month), 0))
            for each in versions
            if each.version.definition.period
        )
        context = EarnContext(on=day, tier_percent=draw(st.sampled_from([100, 150])), earned_in_period=pairs)
        kept = OrderFacts(
            lines=facts.lines, rest_minor=facts.rest_minor, kept_rest_minor=facts.kept_rest_minor
        )
        whole = replace(
            facts,
            lines=tuple(
                replace(line, kept_minor=line.total_minor, kept_quantity=line.quantity)
                for line in facts.lines
            ),
        )
        stands = kept.kept_minor > 0
        if stands:
            for line in earn(whole, [each.version for each in versions], context).lines:
                if line.rule_version_id is not None:
                    key = (line.rule_version_id, month)
                    given_so_far[key] = given_so_far.get(key, 0) + line.points
        history.append(Past(whole, kept, stands, tuple(versions), context))
    return history


@given(histories())
@property_test
def test_unchanged_rules_make_no_difference_on_any_history(history):
    for stored in history[0].rules:
        unchanged = proposal(stored.version.definition, rule_id=stored.rule_id, place=stored.place)
        assert all(before == after for before, after in replayed(unchanged, history))
        for past, (before, _) in zip(history, replayed(unchanged, history), strict=True):
            assert before == (
                earn(past.kept, [each.version for each in past.rules], past.context).points
                if past.stands
                else 0
            )
