"""Trees of conditions: what is refused, what is warned of, how they read back. PRODUCT K4."""

from typing import Any

import pytest

from loyalty.errors import Invalid
from loyalty.rules import segment_readings as readings
from loyalty.rules import segment_trees as trees
from loyalty.rules.segment_trees import Group

MEMBER = {"fact": "type", "is": "member"}
KNOWN = {"type": {"member": "member", "guest": "guest"}, "segment": {"s1": "VIPs"}}


def orders(compare: str, number: int, **more: Any) -> dict[str, Any]:
    return {"fact": "orders", compare: number, **more}


def euros(minor: int) -> str:
    return f"{minor / 100:.2f} EUR"


def spring(**more: str) -> dict[str, Any]:
    return orders("at_least", 1, **{"from": "2026-03-01", "to": "2026-05-31", **more})


def read(given: object) -> Group:
    return trees.of(given)


def nested(depth: int) -> dict[str, Any]:
    return MEMBER if depth == 0 else {"all": [nested(depth - 1)]}


def test_a_tree_survives_being_stored() -> None:
    given = {
        "all": [MEMBER, {"none": [orders("at_least", 2, days=90), {"fact": "segment", "is": "s1"}]}, spring()]
    }
    assert read(given).stored == given


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (nested(6), "at most 5 deep"),
        ({"all": [MEMBER] * 41}, "at most 40 conditions"),
        ({"all": [{"fact": "mood", "is": "good"}]}, "no fact called “mood”"),
        ({"all": []}, "says nothing"),
        ({"all": [MEMBER], "any": [MEMBER]}, "one of all, any and none"),
        (orders("at_least", -1), "whole number from 0"),
        (orders("at_least", True), "whole number from 0"),
        ({"fact": "orders"}, "Say one of"),
        ({"fact": "expiring", "at_least": 1}, "needs days"),
        ({"fact": "points", "at_least": 1, "days": 3}, "takes no days"),
        ({"fact": "orders_category", "at_least": 1}, "Say which category"),
        ({"fact": "type", "is": " "}, "Say which type"),
        (spring(to="2026-02-28"), "last day comes before"),
        (spring(to="May"), "like 2026-12-31"),
        (spring(to="1989-12-31"), "between 1990"),
        (spring(days=3), "takes no dates beside days"),
        ({"fact": "points", "at_least": 1, "from": "2026-01-01"}, "takes no dates"),
        ({"fact": "joined_on", "at_least": 1}, "needs a first or a last day"),
        ({"fact": "joined_on", "at_most": 1, "from": "2026-01-01"}, "happens once"),
        ([], "a group or a condition"),
    ],
)
def test_what_says_nothing_is_refused_in_a_sentence(given: object, sentence: str) -> None:
    with pytest.raises(Invalid, match=sentence):
        read(given)


@pytest.mark.parametrize(
    "given",
    [
        {"all": [MEMBER, {"none": [MEMBER]}]},
        {"all": [MEMBER, {"fact": "type", "is": "guest"}]},
        {"all": [orders("at_least", 5), orders("at_most", 3)]},
        {"any": [{"all": [MEMBER, {"any": [{"fact": "type", "is": "guest"}]}]}, MEMBER]},
        {"all": [orders("at_least", 5, days=30), orders("at_most", 3)]},
        {"all": [spring(), orders("at_most", 0, **{"from": "2026-01-01"})]},
        {"all": [{**spring(), "fact": "orders_category", "of": "Tea"}, orders("at_most", 0)]},
        {"any": [MEMBER, orders("at_least", 0)]},
    ],
)
def test_what_nobody_can_fit_is_warned_of(given: object) -> None:
    assert readings.warnings(read(given), KNOWN, euros)


@pytest.mark.parametrize(
    "given",
    [
        {"any": [MEMBER, {"none": [MEMBER]}]},
        {"all": [orders("at_least", 3), orders("at_most", 5)]},
        {"all": [orders("at_least", 5), orders("at_most", 3, days=30)]},
        {"all": [spring(), orders("at_most", 0, days=30)]},
        {"all": [orders("at_least", 1), {"fact": "orders_tag", "at_most": 0, "of": "new"}]},
        {"none": [MEMBER, {"fact": "type", "is": "guest"}]},
    ],
)
def test_what_somebody_can_fit_is_not_warned_of(given: object) -> None:
    assert readings.warnings(read(given), KNOWN, euros) == ()


def test_a_tree_reads_back_in_plain_language() -> None:
    given = {"all": [{"fact": "segment", "is": "s1"}, {"none": [orders("at_least", 1, days=30)]}]}
    assert readings.lines(read(given), KNOWN, euros) == (
        "all of:",
        "  is in VIPs",
        "  none of:",
        "    at least 1 order in the last 30 days",
    )


def test_days_read_back_as_people_say_them() -> None:
    for given, words in (
        (spring(), "at least 1 order from 1 March 2026 to 31 May 2026"),
        (spring(to="2026-03-01"), "at least 1 order on 1 March 2026"),
        ({"fact": "joined_on", "at_least": 1, "to": "2026-01-31"}, "joined until 31 January 2026"),
        ({"fact": "spent_tag", "at_least": 5, "of": "new"}, "spent at least 0.05 EUR on products tagged new"),
        ({"fact": "birthday", "is": "5"}, "has a birthday in May"),
    ):
        tree = read(given)
        assert readings.lines(tree, {"birthday": {"5": "in May"}}, euros)[1].strip() == words


def test_a_circle_is_found_however_long_it_is() -> None:
    uses = {"a": frozenset({"b"}), "b": frozenset({"c"}), "c": frozenset({"a"}), "d": frozenset({"a"})}
    assert trees.circle("a", uses)
    assert not trees.circle("d", uses)
    assert trees.depths({"a": frozenset({"b"}), "b": frozenset({"x"})}) == {"b": 1, "a": 2}
