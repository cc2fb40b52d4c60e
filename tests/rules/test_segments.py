"""How values become scores, and scores segments (PRODUCT K1, K2)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty.errors import Invalid
from loyalty.rules import segment_maps as maps
from loyalty.rules.segment_maps import ELEVEN, SIX, TEN, Row
from loyalty.rules.segment_scores import at_least, fixed, median_twice, percentile, ranked, scaled, steps_of
from loyalty.rules.segment_thresholds import changed, lapse, usual
from tests.rules.properties import property_test

VALUES = st.lists(st.integers(0, 60), min_size=1, max_size=300)


def segment(r: int, f: int, m: int, rows: maps.Map = SIX) -> str:
    return rows[maps.found(rows, r, f, m)].segment


def test_the_best_fifth_of_five_different_values_scores_five() -> None:
    assert ranked([10, 20, 30, 40, 50]) == [1, 2, 3, 4, 5]


def test_where_everybody_is_equal_everybody_scores_one() -> None:
    assert ranked([7] * 200) == [1] * 200


@property_test
@given(VALUES)
def test_equal_values_have_equal_scores_and_a_better_value_never_a_worse_one(values: list[int]) -> None:
    scores = dict(zip(values, ranked(values), strict=True))
    assert [scores[value] for value in values] == ranked(values)
    ordered = [scores[value] for value in sorted(scores)]
    assert ordered == sorted(ordered)
    assert set(ordered) <= {1, 2, 3, 4, 5}


@property_test
@given(VALUES)
def test_four_cut_offs_say_what_the_ranks_said(values: list[int]) -> None:
    scores = ranked(values)
    least = {
        score: min(v for v, s in zip(values, scores, strict=True) if s == score) for score in set(scores)
    }
    assert [at_least(value, steps_of(least)) for value in values] == scores


def test_a_small_shop_is_measured_by_its_own_rhythm() -> None:
    cuts = scaled(gap_twice=2 * 10, order_twice=2 * 3_000)
    assert [cuts.score_r(days) for days in (10, 11, 20, 21, 40, 41, 80, 81)] == [5, 4, 4, 3, 3, 2, 2, 1]
    assert [cuts.score_f(count) for count in (7, 6, 4, 3, 2, 1)] == [5, 4, 4, 3, 2, 1]
    assert [cuts.score_m(minor) for minor in (24_000, 23_999, 12_000, 6_000, 3_000, 2_999)] == [
        5,
        4,
        4,
        3,
        2,
        1,
    ]


def test_a_gap_and_an_order_may_end_in_a_half() -> None:
    cuts = scaled(gap_twice=21, order_twice=2_001)
    assert cuts.r == (84, 42, 21, 10)
    assert cuts.m == (1_001, 2_001, 4_002, 8_004)


def test_a_shop_that_gives_everything_away_scores_no_money() -> None:
    assert scaled(20, 0).score_m(0) == 1


def test_thresholds_that_a_merchant_typed_must_rise() -> None:
    cuts = fixed(r=[180, 90, 60, 30], f=[2, 3, 5, 9], m=[5_000, 10_000, 20_000, 50_000])
    assert (cuts.score_r(30), cuts.score_f(4), cuts.score_m(60_000)) == (5, 3, 5)
    with pytest.raises(Invalid, match="fewer days") as wrong:
        fixed(r=[30, 60, 90, 180], f=[2, 3, 5, 9], m=[1, 2, 3, 4])
    assert wrong.value.field == "r"


@pytest.mark.parametrize(
    ("scores", "name"),
    [
        ((5, 5, 5), "Champion"),
        ((4, 4, 4), "Champion"),
        ((4, 4, 3), "Loyalty customers"),
        ((3, 4, 1), "Loyalty customers"),
        ((3, 3, 5), "Potential loyalists"),
        ((5, 1, 1), "Potential loyalists"),
        ((2, 3, 1), "At-risk"),
        ((1, 1, 3), "At-risk"),
        ((2, 2, 2), "Dormant"),
        ((1, 1, 1), "Dormant"),
    ],
)
def test_the_first_row_that_fits_wins(scores: tuple[int, int, int], name: str) -> None:
    assert segment(*scores) == name


@pytest.mark.parametrize("rows", [SIX, TEN, ELEVEN])
def test_every_map_offered_says_something_for_everybody(rows: maps.Map) -> None:
    assert maps.check(rows) == rows
    assert maps.of([row.stored for row in rows]) == rows


def test_maps_have_the_number_of_segments_they_are_known_by() -> None:
    assert [len(maps.names(rows)) for rows in (SIX, TEN, ELEVEN)] == [5, 10, 11]


def test_a_map_that_forgets_somebody_is_refused_by_naming_them() -> None:
    with pytest.raises(Invalid, match="R 1, F 1, M 1"):
        maps.check((Row("Fresh", r=(2, 5)),))
    with pytest.raises(Invalid, match="from a lower to a higher"):
        maps.check((Row("Upside down", r=(5, 1)),))


def test_a_row_reads_as_a_merchant_says_it() -> None:
    assert SIX[0].words == "R at least 4 and F at least 4 and M at least 4"
    assert SIX[4].words == "R at most 2 and M at least 3"
    assert SIX[5].words == "whatever is left"


def test_the_median_of_an_even_number_lies_between_two() -> None:
    assert median_twice({3: 1, 6: 1}) == 9
    assert median_twice({3: 2, 6: 1}) == 6
    assert median_twice({}) is None


def test_a_percentile_is_the_first_value_so_many_percent_do_not_exceed() -> None:
    counts = dict.fromkeys(range(1, 11), 1)
    assert [percentile(counts, percent) for percent in (10, 75, 90, 100)] == [1, 8, 9, 10]
    assert percentile({}, 90) is None


def test_few_gaps_say_nothing_and_many_stay_within_bounds() -> None:
    assert lapse(40, 199, 90) == 90
    assert lapse(40, 200, 90) == 40
    assert (lapse(3, 500, 90), lapse(700, 500, 90), lapse(None, 0, 90)) == (14, 365, 90)


def test_an_unknown_or_absurd_threshold_is_refused_in_plain_words() -> None:
    assert changed("vips", {"top_percent": 5})["top_percent"] == 5
    assert changed("vips", {}) == usual("vips")
    with pytest.raises(Invalid, match="VIPs has no threshold “shoe_size”"):
        changed("vips", {"shoe_size": 43})
    with pytest.raises(Invalid, match="between 1 and 100") as wrong:
        changed("vips", {"top_percent": 0})
    assert wrong.value.field == "top_percent"
    with pytest.raises(Invalid, match="no such behavioural segment"):
        changed("wizards", {})
