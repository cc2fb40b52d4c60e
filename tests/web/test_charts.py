from dataclasses import dataclass

import pytest

from web.charts import plot, round_step


@dataclass
class Week:
    issued: int
    redeemed: int = 0
    so_far: bool = False


@pytest.mark.parametrize(
    ("highest", "top"), [(0, 4), (4, 4), (5, 8), (13, 20), (81, 100), (9_853, 10_000), (57_175, 80_000)]
)
def test_the_axis_ends_at_a_round_number(highest: int, top: int) -> None:
    assert round_step(highest) * 4 == top


def test_a_line_runs_from_edge_to_edge_and_higher_is_up() -> None:
    drawn = plot([Week(0, 8), Week(8, 0)], ("issued", "redeemed"))
    assert drawn.paths == ("M0,200L1100,0", "M0,0L1100,200")
    assert drawn.area == "M0,200L1100,0V200H0Z"
    assert (drawn.dots, drawn.running) == (("", ""), "")
    assert drawn.ticks == (8, 6, 4, 2, 0)


def test_a_running_week_is_a_dot_beside_a_line_that_doesnt_fall_to_it() -> None:
    drawn = plot([Week(4, 8), Week(8, 4), Week(1, 0, so_far=True)], ("issued", "redeemed"))
    assert drawn.paths == ("M0,100L550,0", "M0,0L550,100")
    assert drawn.dots == ("M1100,175h0", "M1100,200h0")
    assert drawn.area == "M0,100L550,0V200H0Z"
    assert drawn.running == "M550,0H1100V200H550Z"


def test_a_running_week_above_all_others_is_on_the_axis() -> None:
    assert plot([Week(1), Week(2), Week(90, so_far=True)], ("issued",)).ticks[0] == 100


def test_what_no_line_can_join_is_dots() -> None:
    assert plot([Week(3)], ("issued",)).dots == ("M0,50h0",)
    second_day = plot([Week(3), Week(1, so_far=True)], ("issued",))
    assert (second_day.paths, second_day.dots, second_day.area) == (("",), ("M0,50h0M1100,150h0",), "")
    assert plot([], ("issued",)).paths == ("",)
