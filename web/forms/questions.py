"""Writing a question: its words, its answers, and what a button in the list of answers does. PRODUCT L1."""

import re
from collections.abc import Sequence
from typing import Annotated, Self

from litestar.datastructures import FormMultiDict
from pydantic import Field

from db.enums import QuestionKind, QuestionRole, QuestionSection, QuestionStatus
from loyalty.errors import Invalid
from loyalty.preferences.current import Asked
from loyalty.preferences.questions import Question
from loyalty.rules.preferences import (
    FIXED,
    LONGEST_LABEL,
    MOST_OPTIONS,
    NOTHING,
    Draft,
    Option,
    Words,
    checked,
)
from web.forms import Fields, Form
from web.forms.preferences import AnswerField, as_given

BLANK = 3
"""Empty lines offered beside what is there."""

_MOVE = re.compile(r"(up|down|drop)-(\d{1,3})")


class QuestionFields(Fields):
    title: str
    section: QuestionSection
    kind: QuestionKind = QuestionKind.MANY
    help: Annotated[str, Field(max_length=300)] = ""
    purpose: Annotated[str, Field(max_length=300)] = ""
    boost_percent: int | None = None


class QuestionForm(Form[QuestionFields]):
    """`options` are the lines as typed, `do` the button that was pressed, `role` what the programme does with it."""

    model = QuestionFields
    options: list[Option]
    do: str = ""
    role: QuestionRole = QuestionRole.NONE

    @classmethod
    def blank(cls, section: str) -> Self:
        form = cls()
        known = next((each for each in QuestionSection if each == section), QuestionSection.INTERESTS)
        form.typed |= {"section": known, "kind": QuestionKind.MANY}
        form.options = [Option("", "")] * BLANK
        return form

    @classmethod
    def of(cls, question: Question) -> Self:
        """The form as the working copy fills it."""
        form, words = cls(), question.draft
        form.typed |= {
            "title": words.title,
            "section": question.section,
            "kind": question.kind,
            "help": words.help,
            "purpose": words.purpose,
            "boost_percent": str(question.boost_percent or ""),
        }
        form.version, form.role = question.version, question.role
        form.options = list(words.options)
        return form

    @classmethod
    def sent(cls, sent: FormMultiDict, question: Question | None = None) -> Self:
        """What was typed; moving, dropping and adding lines is done here."""
        form = cls.read(sent)
        lines = zip(
            sent.getall("option_key", []),
            sent.getall("option_label", []),
            [*sent.getall("option_category", []), *[""] * MOST_OPTIONS],
            strict=False,
        )
        form.options = [
            Option(str(key)[:40], str(label)[: LONGEST_LABEL + 1], str(category)[:120])
            for key, label, category in lines
        ]
        form.do = str(sent.get("do", "save"))[:20]
        if question is not None:
            form.role = question.role
        form._arrange()
        return form

    @property
    def arranges(self) -> bool:
        """Whether the button only changes the lines."""
        return self.do == "add" or _MOVE.fullmatch(self.do) is not None

    @property
    def fixed(self) -> tuple[str, ...]:
        """Keys that the answers must have, for a question the programme acts on."""
        return FIXED.get(self.role, ())

    def draft(self) -> Draft:
        """What was typed as a draft. Raises Invalid naming the field."""
        sent = self.fields
        words = Words(sent.title, sent.help, sent.purpose, tuple(self.options))
        return Draft(
            section=sent.section,
            kind=sent.kind,
            words=words,
            role=self.role,
            boost_percent=sent.boost_percent,
        )

    def judge(self) -> None:
        """Add what the rules refuse to the errors."""
        if self.errors:
            return
        try:
            checked(self.draft())
        except Invalid as refusal:
            self.errors[refusal.field or "title"] = str(refusal)

    @property
    def preview(self) -> AnswerField:
        """The question as members would see it, also while it can't be saved yet."""
        shown = tuple(
            Option(each.key or f"new-{place}", each.label)
            for place, each in enumerate(self.options)
            if each.label.strip()
        )
        title = self.typed["title"].strip() or "Your question"
        words = Words(title[:200], self.typed["help"][:300], self.typed["purpose"][:300], shown)
        kind = next((each for each in QuestionKind if each == self.typed["kind"]), QuestionKind.MANY)
        section = next(
            (each for each in QuestionSection if each == self.typed["section"]), QuestionSection.INTERESTS
        )
        question = Question(
            id=0,
            uid="preview",
            key="preview",
            section=section,
            kind=kind,
            role=self.role,
            status=QuestionStatus.DRAFT,
            position=0,
            draft=words,
            boost_percent=None,
            wording_id=None,
            version=0,
            live=None,
            number=None,
        )
        birthday = (None, None, None) if kind is QuestionKind.BIRTHDAY else None
        return as_given(Asked(question, None, NOTHING, birthday))

    def _arrange(self) -> None:
        if self.do == "add":
            self.options = [*self.options, *[Option("", "")] * BLANK]
        moved = _MOVE.fullmatch(self.do)
        if moved is None:
            return
        way, place = moved.group(1), int(moved.group(2))
        if place >= len(self.options):
            return
        line = self.options.pop(place)
        if way != "drop":
            self.options.insert(max(0, place - 1) if way == "up" else place + 1, line)


def by_section(listed: Sequence[Question]) -> list[tuple[QuestionSection, list[Question]]]:
    """What is asked or drafted, section by section; empty sections too, to begin in."""
    return [
        (
            section,
            [
                each
                for each in listed
                if each.section is section and each.status is not QuestionStatus.ARCHIVED
            ],
        )
        for section in QuestionSection
    ]
