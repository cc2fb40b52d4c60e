"""A one-shot multiplier: a promise of more points on the lines of one order. PRODUCT I3."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from loyalty.errors import Invalid
from loyalty.rules.earning_rules import Matching

LEAST, MOST = 101, 1000
"""The smallest and the largest multiplier, in percent: 200 doubles."""

MARKS = 50
"""How many products, SKUs, categories and tags one scope may name in all."""

EVERYTHING = Matching()
"""The scope that leaves nothing out."""

_NAMES = ("products", "skus", "categories", "tags")
_TIMES = {200: "Double", 300: "Triple"}


@dataclass(frozen=True, slots=True)
class Multiplier:
    """As an order's context keeps it. `scope` empty: everything in the order that earns by amount or piece."""

    id: int
    percent: int
    scope: Matching = EVERYTHING

    def to_dict(self) -> dict[str, Any]:
        return {"id": self.id, "percent": self.percent, "scope": scope_to_dict(self.scope)}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "Multiplier":
        return cls(data["id"], data["percent"], scope_from_dict(data["scope"]))


def checked(percent: int, scope: Matching, granted: datetime, valid_until: datetime) -> None:
    """Raises Invalid, naming the field, for a multiplier that can't be."""
    if not LEAST <= percent <= MOST:
        raise Invalid("A multiplier goes from ×1.01 to ×10.", field="percent")
    words = [word for name in _NAMES for word in getattr(scope, name)]
    if len(words) > MARKS:
        raise Invalid(f"Name at most {MARKS} categories, tags and products.", field="scope")
    if any(not word.strip() or len(word) > 200 for word in words):
        raise Invalid("Each category, tag and product has 1 to 200 characters.", field="scope")
    if valid_until <= granted:
        raise Invalid("This day is over; choose one that is still to come.", field="valid_until")


def title(percent: int, scope: Matching, unit: str) -> str:
    """What people call it: “Double points on Skincare”. `unit` is the programme's word for points."""
    whole, rest = divmod(percent, 100)
    times = _TIMES.get(percent) or f"×{whole}" + (f".{rest:02d}".rstrip("0") if rest else "")
    return f"{times} {unit} on {said(scope)}"[:120]


def is_title(name: str, percent: int, scope: Matching) -> bool:
    """Whether nobody gave it a name but `title`, whatever points are called; members read that in their language."""
    before, after = title(percent, scope, "\n").split("\n")
    return name.startswith(before) and name.endswith(after)


def said(scope: Matching) -> str:
    """The scope in words."""
    if not scope:
        return "everything"
    parts = [*scope.categories]
    parts += [f"products tagged {tag}" for tag in scope.tags]
    parts += [f"product {mark}" for mark in (*scope.products, *scope.skus)]
    return " or ".join(parts) if len(parts) < 3 else f"{', '.join(parts[:-1])} or {parts[-1]}"


def best(found: Sequence[Multiplier]) -> Multiplier | None:
    """The one that gives most; among equals the first, so callers offer them soonest to end first."""
    return max(found, key=lambda multiplier: multiplier.percent, default=None)


def scope_to_dict(scope: Matching) -> dict[str, list[str]]:
    return {name: list(getattr(scope, name)) for name in _NAMES if getattr(scope, name)}


def scope_from_dict(data: Mapping[str, Any]) -> Matching:
    return Matching(**{name: tuple(data.get(name, ())) for name in _NAMES})
