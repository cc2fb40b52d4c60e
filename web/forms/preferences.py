"""A member's answers, one fieldset at a time. What was typed is kept, whatever is wrong with it. PRODUCT L1."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from litestar.datastructures import FormMultiDict

from db.enums import QuestionSection
from loyalty.preferences.answering import Sent
from loyalty.preferences.current import Asked, Part

LONGEST = 600
MOST_VALUES = 40


@dataclass(frozen=True, slots=True)
class AnswerField:
    """One question in a form: what is ticked or typed in it, and a sentence about what is wrong."""

    asked: Asked
    values: tuple[str, ...]
    wrong: str = ""

    @property
    def name(self) -> str:
        return f"q.{self.asked.question.key}"

    def typed(self, place: int) -> str:
        """The value at a place: of a text, or of the month, day and year of a birthday."""
        return self.values[place] if place < len(self.values) else ""


def as_given(asked: Asked) -> AnswerField:
    """The question filled with the answer that stands."""
    if asked.birthday is not None:
        return AnswerField(asked, tuple("" if part is None else str(part) for part in asked.birthday))
    return AnswerField(asked, (asked.answer.body,) if asked.answer.body else asked.answer.options)


@dataclass(frozen=True, slots=True)
class Fieldset:
    """A section as it is drawn. `notice` says why it wasn't saved, `saved` that it was."""

    section: QuestionSection
    fields: tuple[AnswerField, ...]
    version: int
    notice: str = ""
    saved: str = ""

    @classmethod
    def of(cls, part: Part, *, saved: str = "") -> Self:
        return cls(part.section, tuple(map(as_given, part.asked)), part.version, saved=saved)


class AnswersForm:
    """What came in for one section."""

    def __init__(self, sent: FormMultiDict) -> None:
        self.sent: dict[str, Sent] = {}
        self.key = secrets.token_urlsafe(16)
        version = str(sent.get("version", ""))
        self.version = int(version) if version.isascii() and version.isdecimal() else None
        for name in sent:
            # Every question that was shown says which wording it showed, also one with nothing ticked.
            if name.startswith("w.") and len(self.sent) < MOST_VALUES:
                key, number = name[2:][:40], str(sent.get(name, ""))
                values = [str(each)[:LONGEST] for each in sent.getall(f"q.{key}", [])][:MOST_VALUES]
                self.sent[key] = Sent(values, int(number) if number.isdecimal() and len(number) < 9 else 0)

    def again(self, part: Part, *, notice: str = "", errors: Mapping[str, str] | None = None) -> Fieldset:
        """The section as it is now, with what was typed still in it."""
        errors = errors or {}
        fields = [
            AnswerField(
                asked,
                tuple(self.sent[asked.question.key].values)
                if asked.question.key in self.sent
                else as_given(asked).values,
                errors.get(asked.question.key, ""),
            )
            for asked in part.asked
        ]
        return Fieldset(part.section, tuple(fields), part.version, notice)
