"""Who belongs to a declared segment: who told us one of some answers, or has a birthday in a month (PRODUCT K3)."""

from calendar import month_name
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from loyalty.errors import Invalid

THIS_MONTH = 0
"""Instead of a month's number: the month it is."""
_SAID = 5
LONGEST = 500


@dataclass(frozen=True, slots=True)
class Declaration:
    """Whoever fits any of it. Answers are written question:option; a quiz and its outcome likewise.

    `told` and `month` (1 to 12, or THIS_MONTH) a merchant chose; `named` are the outcomes of surveys that
    name the segment now. Nothing at all: nobody, as when a quiz names it no more.
    """

    told: tuple[str, ...] = ()
    month: int | None = None
    named: tuple[str, ...] = ()

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> "Declaration":
        return cls(tuple(stored.get("told", ())), stored.get("month"), tuple(stored.get("named", ())))

    @property
    def stored(self) -> dict[str, Any]:
        held = {"told": list(self.told), "month": self.month, "named": list(self.named)}
        return {name: value for name, value in held.items() if value not in ([], None)}

    @property
    def answers(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*self.told, *self.named)))

    @property
    def is_nobody(self) -> bool:
        return not self.answers and self.month is None


def read(choice: str) -> Declaration:
    """What was chosen: an answer, or “month:5”. Raises Invalid."""
    kind, _, rest = choice.partition(":")
    if kind == "month" and rest.isascii() and rest.isdecimal() and THIS_MONTH <= int(rest[:3]) <= 12:
        return Declaration(month=int(rest))
    if kind == "told" and ":" in rest:
        return Declaration((rest,))
    raise Invalid("Choose an answer or a month.", field="choice")


def words(said: Declaration, known: Mapping[str, str]) -> str:
    """In words; `known` are answers as people read them."""
    parts = []
    if said.answers:
        answers = [f"“{known.get(each, each)}”" for each in said.answers[:_SAID]]
        more = len(said.answers) - _SAID
        parts.append("told us " + " or ".join(answers) + (f" or one of {more} more" if more > 0 else ""))
    if said.month is not None:
        parts.append(f"has a birthday {when(said.month)}")
    return ", or ".join(parts) or "told us what nothing asks for any more"


def described(said: Declaration, known: Mapping[str, str]) -> str:
    """The same as a sentence that fits beside a segment's name."""
    sentence = words(said, known)
    return f"{sentence[0].upper()}{sentence[1:]}."[:LONGEST]


def called(said: Declaration, known: Mapping[str, str]) -> str:
    """What it is called when nobody gives it a name: as its answer, or by its month."""
    if said.month is not None:
        return f"Birthday {when(said.month)}"
    return known[said.answers[0]].rpartition(": ")[2]


def when(month: int) -> str:
    """“in May”, or “this month”."""
    return "this month" if month == THIS_MONTH else f"in {month_name[month]}"
