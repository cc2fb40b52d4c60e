"""The geometry of a flow drawing: how many went from where to where, as bars and ribbons. Integers only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

WIDTH, HEIGHT, BAR, GAP = 720, 320, 10, 10
"""Units of the drawing; a bar is `BAR` wide, bars are `GAP` apart."""


class Place(Protocol):
    """A place people are in before and after."""

    @property
    def uid(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def before(self) -> int: ...
    @property
    def after(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Bar:
    name: str
    people: int
    y: int
    height: int
    tone: int


@dataclass(frozen=True, slots=True)
class Ribbon:
    """`stays`: from a place to itself."""

    source: str
    target: str
    people: int
    path: str
    stays: bool
    tone: int


@dataclass(frozen=True, slots=True)
class Flow:
    left: tuple[Bar, ...]
    right: tuple[Bar, ...]
    ribbons: tuple[Ribbon, ...]
    width: int = WIDTH
    height: int = HEIGHT
    bar: int = BAR


def flow(places: Sequence[Place], cells: Mapping[tuple[str, str], int]) -> Flow:
    """Bars for the places on both sides in their order, and a ribbon for every cell, as thick as its people."""
    out = {place.uid: sum(n for (source, _), n in cells.items() if source == place.uid) for place in places}
    into = {place.uid: sum(n for (_, target), n in cells.items() if target == place.uid) for place in places}
    scale = max(1, sum(cells.values()))
    room = HEIGHT - GAP * max(0, len(places) - 1)
    left, right = _bars(places, out, room, scale), _bars(places, into, room, scale)
    at_left = {place.uid: bar.y for place, bar in zip(places, left, strict=True)}
    at_right = {place.uid: bar.y for place, bar in zip(places, right, strict=True)}
    tones = {place.uid: place_no for place_no, place in enumerate(places)}
    names = {place.uid: place.name for place in places}
    ribbons = []
    for source in at_left:
        for target in at_right:
            people = cells.get((source, target), 0)
            if not people:
                continue
            thick = max(1, people * room // scale)
            path = _ribbon(at_left[source], at_right[target], thick)
            at_left[source] += people * room // scale
            at_right[target] += people * room // scale
            ribbons.append(
                Ribbon(names[source], names[target], people, path, source == target, tones[source])
            )
    return Flow(left, right, tuple(ribbons))


def _bars(places: Sequence[Place], people: Mapping[str, int], room: int, scale: int) -> tuple[Bar, ...]:
    bars, y = [], 0
    for tone, place in enumerate(places):
        height = max(2, people[place.uid] * room // scale)
        bars.append(Bar(place.name, people[place.uid], y, height, tone))
        y += height + GAP
    return tuple(bars)


def _ribbon(left: int, right: int, thick: int) -> str:
    a, b, middle = BAR, WIDTH - BAR, WIDTH // 2
    return (
        f"M{a},{left}C{middle},{left},{middle},{right},{b},{right}"
        f"V{right + thick}C{middle},{right + thick},{middle},{left + thick},{a},{left + thick}Z"
    )
