from types import SimpleNamespace

import pytest

from web.charts import plot, round_step


@pytest.mark.parametrize(
    ("highest", "top"), [(0, 4), (4, 4), (5, 8), (13, 20), (81, 100), (9_853, 10_000), (57_175, 80_000)]
)
def test_the_axis_ends_at_a_round_number(highest: int, top: int) -> None:
    assert round_step(highest) * 4 == top


def test_a_line_runs_from_edge_to_edge_and_higher_is_up() -> None:
    steps = [SimpleNamespace(issued=0, redeemed=8), SimpleNamespace(issued=8, redeemed=0)]
    drawn = plot(steps, ("issued", "redeemed"))
    assert drawn.paths == ("M0,200L1100,0", "M0,0L1100,200")
    assert drawn.ticks == (8, 6, 4, 2, 0)


def test_a_single_step_and_none_are_drawn_too() -> None:
    assert plot([SimpleNamespace(issued=3)], ("issued",)).paths == ("M0,50",)
    assert plot([], ("issued",)).paths == ("M",)
