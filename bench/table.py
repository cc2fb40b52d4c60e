"""What a benchmark found, as lines for people and as JSON for machines."""

import json
import sys
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Row:
    """One thing measured beside its limit, both in `unit` (less is better).

    `wall` and `wall_limit` are milliseconds by the clock on the wall, which a busy machine makes longer; `growth` is
    the wall at this size over the wall at 10k in the same run. None: not measured.
    """

    name: str
    ours: float
    limit: float
    unit: str
    wall: float | None = None
    wall_limit: float | None = None
    growth: float | None = None
    note: str = ""

    @property
    def ratio(self) -> float:
        return self.ours / self.limit if self.limit else float("inf")

    def to_dict(self) -> dict[str, Any]:
        told = {name: getattr(self, name) for name in self.__slots__}
        return {**told, "ratio": round(self.ratio, 2)}


class Table:
    """Lines as they are measured; as JSON, everything at the end."""

    def __init__(self, title: str, *, as_json: bool) -> None:
        self.rows: list[Row] = []
        self.notes: list[str] = []
        self._as_json = as_json
        heads = ("ours", "limit", "unit", "ratio", "wall ms", "limit ms", "growth")
        self._say(f"\n{title}\n{'':<44}" + "".join(f"{head:>11}" for head in heads))

    def add(self, row: Row) -> None:
        self.rows.append(row)
        cells = (
            f"{row.ours:.2f}", f"{row.limit:.2f}", row.unit, f"{row.ratio:.2f}", _number(row.wall),
            _number(row.wall_limit), _number(row.growth),
        )  # fmt: skip
        self._say(f"{row.name:<44}" + "".join(f"{cell:>11}" for cell in cells) + f"  {row.note}")

    def note(self, text: str) -> None:
        """A sentence under the lines."""
        self.notes.append(text)
        self._say(text)

    def end(self) -> None:
        if self._as_json:
            json.dump(
                {"rows": [row.to_dict() for row in self.rows], "notes": self.notes}, sys.stdout, indent=2
            )
            print()

    def _say(self, text: str) -> None:
        print(text, file=sys.stderr if self._as_json else sys.stdout, flush=True)


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}"
