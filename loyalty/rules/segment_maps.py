"""Which scores make which value segment: an ordered table, the first row that fits wins (PRODUCT K1)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any, Self

from loyalty.errors import Invalid

Range = tuple[int, int]

MOST_ROWS = 40
LONGEST_NAME = 60
ANY: Range = (1, 5)
_SCORES = range(1, 6)


@dataclass(frozen=True, slots=True)
class Row:
    """Scores from and to, both included, and the name of the segment they make."""

    segment: str
    r: Range = ANY
    f: Range = ANY
    m: Range = ANY

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> Self:
        r, f, m = (tuple(stored[name]) for name in ("r", "f", "m"))
        return cls(stored["segment"], r, f, m)

    @property
    def stored(self) -> dict[str, Any]:
        return {"segment": self.segment, "r": list(self.r), "f": list(self.f), "m": list(self.m)}

    @property
    def ranges(self) -> tuple[tuple[str, Range], ...]:
        return ("R", self.r), ("F", self.f), ("M", self.m)

    def fits(self, r: int, f: int, m: int) -> bool:
        return all(
            low <= score <= high
            for score, (low, high) in zip((r, f, m), (self.r, self.f, self.m), strict=True)
        )

    @property
    def words(self) -> str:
        """The row as a merchant says it: “R at least 3 and F at least 4”."""
        said = [_range(name, span) for name, span in self.ranges if span != ANY]
        return " and ".join(said) if said else "whatever is left"


Map = tuple[Row, ...]


def of(stored: Sequence[Mapping[str, Any]]) -> Map:
    return tuple(Row.of(row) for row in stored)


def found(rows: Map, r: int, f: int, m: int) -> int:
    """The place of the first row that fits these scores. A checked map has one for all."""
    return next(place for place, row in enumerate(rows) if row.fits(r, f, m))


def names(rows: Map) -> tuple[str, ...]:
    """The segments a map makes, each once, best first."""
    return tuple(dict.fromkeys(row.segment for row in rows))


def check(rows: Map) -> Map:
    """The map, if it says something for every score. Raises Invalid that names what it forgets."""
    if not rows:
        raise Invalid("A map needs at least one row.", field="map")
    if len(rows) > MOST_ROWS:
        raise Invalid(f"A map has at most {MOST_ROWS} rows.", field="map")
    for row in rows:
        if not row.segment.strip() or len(row.segment) > LONGEST_NAME:
            raise Invalid(f"Each row needs a name of at most {LONGEST_NAME} letters.", field="map")
        for name, (low, high) in row.ranges:
            if not (1 <= low <= high <= 5):
                raise Invalid(
                    f"{row.segment}: {name} goes from a lower to a higher score, both between 1 and 5.",
                    field="map",
                )
    for r, f, m in product(_SCORES, _SCORES, _SCORES):
        if not any(row.fits(r, f, m) for row in rows):
            raise Invalid(
                f"Nobody says what R {r}, F {f}, M {m} is. End with a row from 1 to 5 for everybody else.",
                field="map",
            )
    return rows


CHAMPION, LOYAL, POTENTIAL, AT_RISK, DORMANT = (
    "Champion",
    "Loyalty customers",
    "Potential loyalists",
    "At-risk",
    "Dormant",
)
NO_PURCHASES = "No purchases yet"

SIX: Map = (
    Row(CHAMPION, (4, 5), (4, 5), (4, 5)),
    Row(LOYAL, (3, 5), (4, 5)),
    Row(POTENTIAL, (3, 5)),
    Row(AT_RISK, (1, 2), (3, 5)),
    Row(AT_RISK, (1, 2), ANY, (3, 5)),
    Row(DORMANT),
)
"""PRODUCT K1; with No purchases yet, six."""

TEN: Map = (
    Row("Champions", (4, 5), (4, 5), (4, 5)),
    Row("Loyal customers", (2, 5), (3, 5), (3, 5)),
    Row("New customers", (4, 5), (1, 1), (1, 1)),
    Row("Promising", (3, 4), (1, 1), (1, 1)),
    Row("Potential loyalists", (3, 5), (1, 3), (1, 3)),
    Row("Can’t lose them", (1, 1), (4, 5), (4, 5)),
    Row("At risk", (1, 2), (2, 5), (2, 5)),
    Row("Need attention", (2, 3), (2, 3), (2, 3)),
    Row("About to sleep", (2, 3), (1, 2), (1, 2)),
    Row("Lost"),
)

ELEVEN: Map = (
    Row("Champions", (5, 5), (4, 5), (4, 5)),
    Row("Loyal customers", (3, 5), (4, 5), (3, 5)),
    Row("Can’t lose them", (1, 1), (4, 5), (4, 5)),
    Row("At risk", (1, 2), (3, 5), (3, 5)),
    Row("New customers", (5, 5), (1, 1)),
    Row("Promising", (4, 4), (1, 1)),
    Row("Potential loyalists", (4, 5)),
    Row("Need attention", (3, 3), (3, 5)),
    Row("About to sleep", (3, 3)),
    Row("Hibernating", (2, 2)),
    Row("Lost"),
)

PRESETS: dict[str, Map] = {"six": SIX, "ten": TEN, "eleven": ELEVEN}
"""Maps merchants know, to begin from."""


def _range(name: str, span: Range) -> str:
    low, high = span
    if low == high:
        return f"{name} is {low}"
    if high == 5:
        return f"{name} at least {low}"
    return f"{name} at most {high}" if low == 1 else f"{name} {low} to {high}"
