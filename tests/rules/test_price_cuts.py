"""Time-boxed price cuts. PRODUCT E4."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty.errors import AlreadyDone, Invalid
from loyalty.rules.audiences import Audience
from loyalty.rules.price_cuts import Cut, CutState, best, checked, end

NOW = datetime(2026, 3, 1, tzinfo=UTC)
WEEK = Cut(uid="week", starts_at=NOW, ends_at=NOW + timedelta(days=7), percent=30)


@dataclass(frozen=True)
class Ines:
    tier_rank: int = 3
    tier_id: int | None = 33
    segment_ids: frozenset[int] = frozenset()


def test_a_cut_holds_from_its_first_moment_until_before_its_end() -> None:
    assert WEEK.state(NOW - timedelta(microseconds=1)) is CutState.PLANNED
    assert WEEK.state(NOW) is CutState.RUNNING
    assert WEEK.state(WEEK.ends_at - timedelta(microseconds=1)) is CutState.RUNNING
    assert WEEK.state(WEEK.ends_at) is CutState.OVER
    assert replace(WEEK, ended_at=NOW).state(NOW) is CutState.ENDED


def test_the_lowest_price_wins_where_cuts_overlap() -> None:
    fixed = replace(WEEK, uid="fixed", percent=None, new_points=120)
    for cuts in ((WEEK, fixed), (fixed, WEEK)):
        assert best(200, cuts, Ines(), NOW) == fixed
        assert best(150, cuts, Ines(), NOW) == WEEK


def test_a_cut_for_one_tier_is_nobody_elses() -> None:
    gold = replace(WEEK, uid="gold", percent=50, audience=Audience(tier_id=33, tier_name="Gold"))
    assert best(200, (WEEK, gold), Ines(), NOW) == gold
    assert best(200, (WEEK, gold), Ines(tier_id=44, tier_rank=4), NOW) == WEEK
    assert best(200, (gold,), Ines(tier_id=None), NOW) is None


def test_a_cut_that_is_no_cut_any_more_changes_nothing() -> None:
    fixed = replace(WEEK, percent=None, new_points=300)
    assert best(200, (fixed,), Ines(), NOW) is None


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"percent": None}, "percent"),
        ({"new_points": 5}, "percent"),
        ({"percent": 0}, "percent"),
        ({"percent": 101}, "percent"),
        ({"percent": None, "new_points": -1}, "new_points"),
        ({"percent": None, "new_points": 200}, "new_points"),
        ({"ends_at": NOW}, "until"),
        ({"starts_at": NOW - timedelta(days=9), "ends_at": NOW}, "until"),
    ],
)
def test_a_cut_that_makes_no_sense_is_refused(changes: dict, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        checked(replace(WEEK, **changes), 200, NOW)
    assert refused.value.field == field


def test_a_cut_is_ended_once_and_only_before_it_is_over() -> None:
    end(WEEK, NOW)
    with pytest.raises(AlreadyDone, match="already been ended"):
        end(replace(WEEK, ended_at=NOW), NOW)
    with pytest.raises(AlreadyDone, match="over"):
        end(WEEK, WEEK.ends_at)


percents = st.one_of(st.none(), st.integers(1, 100))


@given(st.integers(0, 10**6), st.lists(st.tuples(percents, st.integers(0, 10**6)), max_size=5))
def test_nobody_ever_pays_more_for_a_cut_and_never_more_than_the_lowest(
    list_points: int, drawn: list[tuple[int | None, int]]
) -> None:
    cuts = [
        replace(WEEK, uid=str(at), percent=percent, new_points=None if percent else points)
        for at, (percent, points) in enumerate(drawn)
    ]
    paid = best(list_points, cuts, Ines(), NOW)
    prices = [cut.points(list_points) for cut in cuts]
    assert (paid.points(list_points) if paid else list_points) == min([list_points, *prices])
