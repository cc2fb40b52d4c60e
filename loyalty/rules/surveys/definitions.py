"""What a quiz, poll, challenge or pledge consists of. PRODUCT L3.

A definition is stored as JSON and published in editions; a response belongs to the edition it was given to.
Options, questions and outcomes have keys of their own, so that other words stay the same answer.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from db.enums import GoalKind, SurveyKind
from loyalty.errors import Invalid
from loyalty.rules.preferences import slug

LONGEST_TITLE = 160
LONGEST_TEXT = 600
LONGEST_LABEL = 120
LONGEST_SEGMENT = 60
MOST_QUESTIONS = 20
MOST_OPTIONS = 12
MOST_OUTCOMES = 12
MOST_POINTS = 100_000
LARGEST_SCORE = 100
LARGEST_GOAL = 10_000_000
LONGEST_WINDOW = 366
GOAL_REACHED = "reached"
"""The key of the one outcome of a challenge or pledge."""

_EVENTS = (SurveyKind.CHALLENGE, SurveyKind.PLEDGE)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How it can end, and what that gives, once. `reward` is a reward's uid, `segment` a segment's name."""

    title: str
    key: str = ""
    text: str = ""
    segment: str = ""
    points: int = 0
    reward: str = ""


@dataclass(frozen=True, slots=True)
class Option:
    """One answer. `scores`: what it adds to which outcome, by the outcome's key."""

    label: str
    key: str = ""
    scores: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Question:
    """One screen of a quiz."""

    title: str
    key: str = ""
    help: str = ""
    options: tuple[Option, ...] = ()


@dataclass(frozen=True, slots=True)
class Goal:
    """So much of something within `days` of taking part; None: until it closes.

    `category` and `tag` narrow what counts of an order to matching lines.
    """

    kind: GoalKind
    target: int
    days: int | None = None
    category: str = ""
    tag: str = ""


@dataclass(frozen=True, slots=True)
class Definition:
    """Everything a merchant writes. A poll's outcomes are what can be voted for."""

    kind: SurveyKind
    title: str
    intro: str = ""
    promise: str = ""
    questions: tuple[Question, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    goal: Goal | None = None

    def outcome(self, key: str | None) -> Outcome | None:
        """The outcome with this key, or None where the edition doesn't have it."""
        return next((each for each in self.outcomes if each.key == key), None)

    def question(self, key: str) -> Question | None:
        return next((each for each in self.questions if each.key == key), None)

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "Definition":
        """Read back what `to_dict` wrote."""
        goal = data.get("goal")
        return cls(
            kind=SurveyKind(data["kind"]),
            title=data["title"],
            intro=data.get("intro", ""),
            promise=data.get("promise", ""),
            questions=tuple(_question(each) for each in data.get("questions", ())),
            outcomes=tuple(Outcome(**each) for each in data.get("outcomes", ())),
            goal=Goal(**{**goal, "kind": GoalKind(goal["kind"])}) if goal else None,
        )


def checked(wanted: Definition) -> Definition:
    """The definition as it is stored, every part with a key. Raises Invalid naming the field.

    Fields of parts are named by their number: `questions.2.title`, `questions.2.options.1.label`.
    """
    title = _text(wanted.title, "title", LONGEST_TITLE, "Give it a title")
    intro = _text(wanted.intro, "intro", LONGEST_TEXT)
    outcomes = _outcomes(wanted)
    return replace(
        wanted,
        title=title,
        intro=intro,
        promise=_promise(wanted),
        outcomes=outcomes,
        questions=_questions(wanted, {each.key for each in outcomes}),
        goal=_goal(wanted),
    )


def _outcomes(wanted: Definition) -> tuple[Outcome, ...]:
    given = wanted.outcomes
    if wanted.kind in _EVENTS:
        given = (replace(given[0] if given else Outcome(""), key=GOAL_REACHED),)
    least = {SurveyKind.QUIZ: 2, SurveyKind.POLL: 2}.get(wanted.kind, 1)
    if len(given) < least:
        what = "results" if wanted.kind is SurveyKind.QUIZ else "answers to vote for"
        raise Invalid(f"There must be at least {least} {what}.", field="outcomes")
    if len(given) > MOST_OUTCOMES:
        raise Invalid(f"There can be {MOST_OUTCOMES} at the most.", field="outcomes")
    keys = part_keys([(each.key, each.title) for each in given], "outcome")
    return tuple(
        Outcome(
            title=_text(each.title, f"outcomes.{n}.title", LONGEST_LABEL, "Give every result a name"),
            key=key,
            text=_text(each.text, f"outcomes.{n}.text", LONGEST_TEXT),
            segment=_text(each.segment, f"outcomes.{n}.segment", LONGEST_SEGMENT),
            points=_number(each.points, f"outcomes.{n}.points", 0, MOST_POINTS),
            reward=each.reward,
        )
        for n, (each, key) in enumerate(zip(given, keys, strict=True))
    )


def _questions(wanted: Definition, outcomes: set[str]) -> tuple[Question, ...]:
    if wanted.kind is not SurveyKind.QUIZ:
        return ()
    if not 1 <= len(wanted.questions) <= MOST_QUESTIONS:
        raise Invalid(f"A quiz has 1 to {MOST_QUESTIONS} questions.", field="questions")
    keys = part_keys([(each.key, each.title) for each in wanted.questions], "question")
    return tuple(
        Question(
            title=_text(each.title, f"questions.{n}.title", LONGEST_TITLE, "Write the question"),
            key=key,
            help=_text(each.help, f"questions.{n}.help", LONGEST_TEXT),
            options=_options(each.options, f"questions.{n}", outcomes),
        )
        for n, (each, key) in enumerate(zip(wanted.questions, keys, strict=True))
    )


def _options(given: Sequence[Option], where: str, outcomes: set[str]) -> tuple[Option, ...]:
    if not 2 <= len(given) <= MOST_OPTIONS:
        raise Invalid(f"A question has 2 to {MOST_OPTIONS} answers to choose from.", field=f"{where}.options")
    keys = part_keys([(each.key, each.label) for each in given], "option")
    return tuple(
        Option(
            label=_text(each.label, f"{where}.options.{n}.label", LONGEST_LABEL, "Write the answer"),
            key=key,
            scores={
                outcome: _number(score, f"{where}.options.{n}.scores.{outcome}", 0, LARGEST_SCORE)
                for outcome, score in each.scores.items()
                if outcome in outcomes and score
            },
        )
        for n, (each, key) in enumerate(zip(given, keys, strict=True))
    )


def _goal(wanted: Definition) -> Goal | None:
    if wanted.kind not in _EVENTS:
        return None
    if wanted.goal is None:
        raise Invalid("Say what is to be reached.", field="goal.target")
    goal = wanted.goal
    if (goal.category or goal.tag) and goal.kind in (GoalKind.REVIEWS, GoalKind.REFERRALS):
        raise Invalid("Only orders can be narrowed to a category or tag.", field="goal.category")
    return Goal(
        kind=goal.kind,
        target=_number(goal.target, "goal.target", 1, LARGEST_GOAL),
        days=None if goal.days is None else _number(goal.days, "goal.days", 1, LONGEST_WINDOW),
        category=_text(goal.category, "goal.category", LONGEST_LABEL),
        tag=_text(goal.tag, "goal.tag", LONGEST_LABEL),
    )


def _promise(wanted: Definition) -> str:
    if wanted.kind is not SurveyKind.PLEDGE:
        return ""
    return _text(
        wanted.promise, "promise", LONGEST_TITLE, "Write what is pledged, such as “I bring my own cup”"
    )


def _text(text: str, name: str, most: int, needed: str = "") -> str:
    """The text with single spaces. `needed`: what to say when there is none; empty: it may be missing."""
    words = " ".join(text.split())
    if needed and not words:
        raise Invalid(f"{needed}.", field=name)
    if len(words) > most:
        raise Invalid(f"Keep this within {most} characters.", field=name)
    return words


def _number(number: int, name: str, least: int, most: int) -> int:
    if not least <= number <= most:
        raise Invalid(f"This is a whole number from {least} to {most:,}.", field=name)
    return number


def part_keys(parts: Iterable[tuple[str, str]], fallback: str) -> list[str]:
    """A key for each part (its key, its words): its own, else one made of its words; each only once."""
    taken: list[str] = []
    for key, words in parts:
        base = key or slug(words) or fallback
        free, number = base, 1
        while free in taken:
            number += 1
            free = f"{base}_{number}"
        taken.append(free)
    return taken


def _question(data: Mapping[str, Any]) -> Question:
    return Question(**{**data, "options": tuple(Option(**each) for each in data["options"])})
