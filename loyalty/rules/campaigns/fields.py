"""Merge fields: the few words of a message that differ from person to person. PRODUCT M2.

`{{ tier }}` or, with what to say where there is nothing, `{{ tier | your first tier }}`. Nothing is
evaluated: what isn't the name of a field stays the text it is.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from loyalty.errors import Invalid

NAMES = (
    "first_name",
    "points_balance",
    "points_expiring",
    "expiring_on",
    "tier",
    "next_reward",
    "points_to_next_reward",
    "last_product",
    "programme",
    "code",
)
PREFERENCE = "preference."
"""`preference.<key>`: what a member answered to the question with this key."""

LONGEST_FALLBACK = 120

_FIELD = re.compile(r"\{\{\s*([a-z][a-z0-9_.-]*)\s*(?:\|([^{}|\r\n]*))?\}\}")


@dataclass(frozen=True, slots=True)
class Field:
    """One place in a text that a value goes into. `fallback` None: without a value the text can't be sent."""

    name: str
    fallback: str | None


Part = str | Field
Values = Mapping[str, str | None]


class MissingValue(Invalid):
    """A person has no value for a field, and the text has no fallback for it."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"Somebody has no value for {{{{ {name} }}}}. Say what to write instead: {{{{ {name} | … }}}}."
        )
        self.name = name


def read(text: str, questions: Iterable[str] = ()) -> tuple[Part, ...]:
    """The text in parts. `questions` are the keys that preference fields may name.

    Raises Invalid for a field that doesn't exist, with the one that was probably meant.
    """
    known = {*NAMES, *(PREFERENCE + key for key in questions)}
    parts: list[Part] = []
    at = 0
    for found in _FIELD.finditer(text):
        name, fallback = found.group(1), found.group(2)
        if name not in known:
            raise Invalid(_unknown(name, known))
        if fallback is not None and len(fallback.strip()) > LONGEST_FALLBACK:
            raise Invalid(f"What replaces {name} can have {LONGEST_FALLBACK} characters.")
        parts += [text[at : found.start()], Field(name, None if fallback is None else fallback.strip())]
        at = found.end()
    return tuple(part for part in (*parts, text[at:]) if part != "")


def fields(parts: Iterable[Part]) -> tuple[Field, ...]:
    """The fields of a text, in their order."""
    return tuple(part for part in parts if isinstance(part, Field))


def value(field: Field, values: Values) -> str:
    """What goes into a field. Raises MissingValue. Values are one line: a name can't break out of a header."""
    known = " ".join((values.get(field.name) or "").split())
    if known:
        return known
    if field.fallback is None:
        raise MissingValue(field.name)
    return field.fallback


def fill(parts: Iterable[Part], values: Values) -> str:
    """The plain text for one person. Raises MissingValue."""
    return "".join(part if isinstance(part, str) else value(part, values) for part in parts)


def unanswered(parts: Iterable[Part], values: Values) -> tuple[str, ...]:
    """The fields that keep this person from getting the text: no value and no fallback."""
    return tuple(
        field.name
        for field in fields(parts)
        if field.fallback is None and not (values.get(field.name) or "").strip()
    )


def _unknown(name: str, known: set[str]) -> str:
    meant = get_close_matches(name, known, n=1)
    hint = f" Did you mean {{{{ {meant[0]} }}}}?" if meant else f" There are: {', '.join(sorted(known))}."
    return f"There is no field {{{{ {name} }}}}.{hint}"
