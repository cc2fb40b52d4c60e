"""The geometry of a line chart: numbers in, SVG paths and round axis labels out. Integers only."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 1100, 200
TICKS = 4
"""Intervals of the vertical axis; the labels beside it are drawn to them."""


@dataclass(frozen=True, slots=True)
class Plot:
    """`ticks` from the top down, `lines` the height of each; `paths` one open path a series, oldest value first."""

    ticks: tuple[int, ...]
    lines: tuple[int, ...]
    paths: tuple[str, ...]
    width: int = WIDTH
    box: str = f"0 0 {WIDTH} {HEIGHT}"
    area: str = f"V{HEIGHT}H0Z"
    """What closes a path to the area below it."""


def plot(steps: Sequence[object], words: Iterable[str]) -> Plot:
    """One line for each attribute of the steps that `words` names, none negative, on one axis from 0."""
    series = [[int(getattr(step, word)) for step in steps] for word in words]
    step = round_step(max((value for values in series for value in values), default=0))
    top = step * TICKS
    return Plot(
        ticks=tuple(step * n for n in reversed(range(TICKS + 1))),
        lines=tuple(HEIGHT * n // TICKS for n in range(TICKS + 1)),
        paths=tuple(_path(values, top) for values in series),
    )


def round_step(highest: int) -> int:
    """The smallest of 1, 2, 5, 10, 20, 25, 50, 100, 200, 250 … whose four steps reach `highest`."""
    power = 1
    while True:
        for tenths in (10, 20, 25, 50):
            step, rest = divmod(tenths * power, 10)
            if not rest and step * TICKS >= highest:
                return step
        power *= 10


def _path(values: Sequence[int], top: int) -> str:
    last = max(len(values) - 1, 1)
    points = (f"{WIDTH * n // last},{HEIGHT - HEIGHT * value // top}" for n, value in enumerate(values))
    return "M" + "L".join(points)
