"""The geometry of a line chart: numbers in, SVG paths and round axis labels out. Integers only.

A line joins whole periods. What the running one holds so far is a dot of its own, beside the line: a week
that began this morning isn't a fall.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

WIDTH, HEIGHT = 1100, 200
TICKS = 4
"""Intervals of the vertical axis; the labels beside it are drawn to them."""


class Step(Protocol):
    """A period with its numbers; `so_far`: it is still running. At most the last one is."""

    @property
    def so_far(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Plot:
    """`ticks` from the top down, `lines` the height of each.

    One of each a series: `paths` along its whole periods, oldest first; `dots` where it stands alone. The `area`
    lies below the first path. `running` is the stretch of the running period; each is empty where there is none.
    """

    ticks: tuple[int, ...]
    lines: tuple[int, ...]
    paths: tuple[str, ...]
    dots: tuple[str, ...]
    area: str
    running: str
    width: int = WIDTH
    box: str = f"0 0 {WIDTH} {HEIGHT}"


def plot(steps: Sequence[Step], words: Iterable[str]) -> Plot:
    """One line for each attribute of the steps that `words` names, none negative, on one axis from 0."""
    series = [[int(getattr(step, word)) for step in steps] for word in words]
    step = round_step(max((value for values in series for value in values), default=0))
    top = step * TICKS
    places = [_points(values, top) for values in series]
    whole = sum(not step.so_far for step in steps)
    joined = whole if whole > 1 else 0
    paths = tuple(_line(points[:joined]) for points in places)
    since = _across(joined - 1, len(steps)) if joined else 0
    return Plot(
        ticks=tuple(step * n for n in reversed(range(TICKS + 1))),
        lines=tuple(HEIGHT * n // TICKS for n in range(TICKS + 1)),
        paths=paths,
        dots=tuple("".join(f"M{point}h0" for point in points[joined:]) for points in places),
        area=f"{paths[0]}V{HEIGHT}H0Z" if joined else "",
        running=f"M{since},0H{WIDTH}V{HEIGHT}H{since}Z" if 0 < joined < len(steps) else "",
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


def _points(values: Sequence[int], top: int) -> list[str]:
    return [f"{_across(n, len(values))},{HEIGHT - HEIGHT * value // top}" for n, value in enumerate(values)]


def _line(points: Sequence[str]) -> str:
    return f"M{'L'.join(points)}" if points else ""


def _across(place: int, of: int) -> int:
    return WIDTH * place // max(of - 1, 1)
