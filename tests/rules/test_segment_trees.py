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


def read(given: object) -> Group:
    return trees.of(given)


def nested(depth: int) -> dict[str, Any]:
    return MEMBER if depth == 0 else {"all": [nested(depth - 1)]}


def test_a_tree_survives_being_stored() -> None:
    given = {"all": [MEMBER, {"none": [orders("at_least", 2, days=90), {"fact": "segment", "is": "s1"}]}]}
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


def test_a_circle_is_found_however_long_it_is() -> None:
    uses = {"a": frozenset({"b"}), "b": frozenset({"c"}), "c": frozenset({"a"}), "d": frozenset({"a"})}
    assert trees.circle("a", uses)
    assert not trees.circle("d", uses)
    assert trees.depths({"a": frozenset({"b"}), "b": frozenset({"x"})}) == {"b": 1, "a": 2}
