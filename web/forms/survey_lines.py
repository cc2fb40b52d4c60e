"""The tables of the survey editor: results, questions and answers as typed, and what their buttons do. PRODUCT L3."""

import re
from collections.abc import Iterator, MutableSequence
from dataclasses import dataclass, field
from typing import Self, TypeVar

from litestar.datastructures import FormMultiDict

from db.enums import SurveyKind
from loyalty.rules.surveys.definitions import (
    LONGEST_TEXT,
    MOST_OPTIONS,
    MOST_OUTCOMES,
    MOST_QUESTIONS,
    Definition,
)

_PRESSED = re.compile(r"(add|up|down|drop)-(outcome|question|option)(?::(\d{1,3})(?:\.(\d{1,3}))?)?")
_LONGEST = LONGEST_TEXT + 1

T = TypeVar("T")


@dataclass(slots=True)
class OutcomeLine:
    """A result of a quiz, or an answer of a poll."""

    key: str = ""
    title: str = ""
    text: str = ""
    segment: str = ""
    points: str = ""
    reward: str = ""


@dataclass(slots=True)
class OptionLine:
    """An answer; `scores` in the order of the results."""

    key: str = ""
    label: str = ""
    scores: list[str] = field(default_factory=list)


@dataclass(slots=True)
class QuestionLine:
    key: str = ""
    title: str = ""
    help: str = ""
    options: list[OptionLine] = field(default_factory=list)


@dataclass(slots=True)
class Lines:
    """What the editor's tables hold."""

    outcomes: list[OutcomeLine] = field(default_factory=list)
    questions: list[QuestionLine] = field(default_factory=list)

    @classmethod
    def blank(cls, kind: SurveyKind) -> Self:
        """The least that can be saved, empty."""
        many = 2 if kind in (SurveyKind.QUIZ, SurveyKind.POLL) else 1
        lines = cls([OutcomeLine() for _ in range(many)])
        if kind is SurveyKind.QUIZ:
            lines.questions.append(lines.new_question())
        return lines

    @classmethod
    def of(cls, said: Definition) -> Self:
        """The tables as a stored definition fills them."""
        return cls(
            [
                OutcomeLine(
                    each.key, each.title, each.text, each.segment, str(each.points or ""), each.reward
                )
                for each in said.outcomes
            ],
            [
                QuestionLine(
                    asked.key,
                    asked.title,
                    asked.help,
                    [
                        OptionLine(
                            option.key,
                            option.label,
                            [str(option.scores.get(each.key) or "") for each in said.outcomes],
                        )
                        for option in asked.options
                    ],
                )
                for asked in said.questions
            ],
        )

    @classmethod
    def read(cls, sent: FormMultiDict) -> Self:
        """What was typed, as far as an editor can hold it."""

        def typed(name: str) -> str:
            return str(sent.get(name, ""))[:_LONGEST]

        outcomes = [
            OutcomeLine(
                *(typed(f"{base}.{part}") for part in ("key", "title", "text", "segment", "points", "reward"))
            )
            for base in _places(sent, "outcomes", "title", MOST_OUTCOMES)
        ]
        questions = [
            QuestionLine(
                typed(f"{base}.key"),
                typed(f"{base}.title"),
                typed(f"{base}.help"),
                [
                    OptionLine(
                        typed(f"{each}.key"),
                        typed(f"{each}.label"),
                        [typed(f"{each}.scores.{number}") for number in range(len(outcomes))],
                    )
                    for each in _places(sent, f"{base}.options", "label", MOST_OPTIONS)
                ],
            )
            for base in _places(sent, "questions", "title", MOST_QUESTIONS)
        ]
        return cls(outcomes, questions)

    def new_option(self) -> OptionLine:
        return OptionLine(scores=[""] * len(self.outcomes))

    def new_question(self) -> QuestionLine:
        return QuestionLine(options=[self.new_option(), self.new_option()])

    def arrange(self, pressed: str) -> bool:
        """Do what a button of the tables says, such as `add-option:2` or `up-outcome:1`. False: it is none of them."""
        found = _PRESSED.fullmatch(pressed)
        if found is None:
            return False
        way, what = found.group(1), found.group(2)
        place, inner = int(found.group(3) or 0), int(found.group(4) or 0)
        if what == "outcome":
            self._outcome(way, place)
        elif what == "question":
            if way == "add" and len(self.questions) < MOST_QUESTIONS:
                self.questions.append(self.new_question())
            _move(self.questions, way, place)
        elif place < len(self.questions):
            options = self.questions[place].options
            if way == "add" and len(options) < MOST_OPTIONS:
                options.append(self.new_option())
            _move(options, way, inner)
        return True

    def _outcome(self, way: str, place: int) -> None:
        """Scores belong to a result: they go with it."""
        scores = [option.scores for question in self.questions for option in question.options]
        if way == "add" and len(self.outcomes) < MOST_OUTCOMES:
            self.outcomes.append(OutcomeLine())
            for each in scores:
                each.append("")
        for each in scores:
            _move(each, way, place)
        _move(self.outcomes, way, place)


def _move(parts: MutableSequence[T], way: str, place: int) -> None:
    if way == "add" or place >= len(parts):
        return
    part = parts.pop(place)
    if way != "drop":
        parts.insert(max(0, place - 1) if way == "up" else place + 1, part)


def _places(sent: FormMultiDict, table: str, part: str, most: int) -> Iterator[str]:
    """The names of the lines that were sent, without gaps."""
    for number in range(most):
        if f"{table}.{number}.{part}" not in sent:
            return
        yield f"{table}.{number}"
