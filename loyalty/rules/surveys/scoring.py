"""Which outcome a quiz's answers lead to. PRODUCT L3."""

from collections.abc import Mapping
from dataclasses import dataclass

from loyalty.errors import Invalid
from loyalty.rules.surveys.definitions import Definition, Outcome, Question


@dataclass(frozen=True, slots=True)
class Step:
    """One screen of a quiz: the question, its place, what was chosen before, and where Back leads."""

    question: Question
    number: int
    of: int
    chosen: str | None
    back: str | None
    answered: int


def step(quiz: Definition, answers: Mapping[str, str], wanted: str = "") -> Step:
    """The question with the key `wanted`, else the first without an answer, else the last."""
    given = valid_answers(quiz, answers)
    first = next_question(quiz, answers) or quiz.questions[-1]
    question = quiz.question(wanted) or first
    at = quiz.questions.index(question)
    back = quiz.questions[at - 1].key if at else None
    return Step(question, at + 1, len(quiz.questions), given.get(question.key), back, len(given))


def after(quiz: Definition, answers: Mapping[str, str], key: str) -> Question | None:
    """The question to ask after this one: the next in order, else one that was left out; None: all are answered."""
    keys = [question.key for question in quiz.questions]
    if key in keys[:-1]:
        return quiz.questions[keys.index(key) + 1]
    return next_question(quiz, answers)


def offers(quiz: Definition, question: str, option: str) -> bool:
    """Whether this edition asks that question, with that option."""
    asked = quiz.question(question)
    return asked is not None and any(each.key == option for each in asked.options)


def valid_answers(quiz: Definition, answers: Mapping[str, str]) -> dict[str, str]:
    """The answers that this edition still asks for, question key → option key."""
    return {
        question.key: answers[question.key]
        for question in quiz.questions
        if any(option.key == answers.get(question.key) for option in question.options)
    }


def next_question(quiz: Definition, answers: Mapping[str, str]) -> Question | None:
    """The first question without an answer, or None when all have one."""
    given = valid_answers(quiz, answers)
    return next((question for question in quiz.questions if question.key not in given), None)


def totals(quiz: Definition, answers: Mapping[str, str]) -> dict[str, int]:
    """What each outcome adds up to, in the order of the outcomes."""
    given = valid_answers(quiz, answers)
    sums = dict.fromkeys((outcome.key for outcome in quiz.outcomes), 0)
    for question in quiz.questions:
        for option in question.options:
            if option.key == given.get(question.key):
                for outcome, score in option.scores.items():
                    sums[outcome] += score
    return sums


def result(quiz: Definition, answers: Mapping[str, str]) -> Outcome:
    """The outcome with the highest total; of several, the one that stands first. Raises Invalid while unfinished."""
    missing = next_question(quiz, answers)
    if missing is not None:
        raise Invalid(f"“{missing.title}” has no answer yet.", field=missing.key)
    sums = totals(quiz, answers)
    return max(quiz.outcomes, key=lambda outcome: sums[outcome.key])
