"""Writing a quiz, poll, challenge or pledge in one form. PRODUCT L3."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Annotated, Self
from zoneinfo import ZoneInfo

from litestar.datastructures import FormMultiDict
from pydantic import Field

from db.enums import GoalKind, SurveyKind
from loyalty.errors import Invalid, LoyaltyError
from loyalty.programmes import Programme
from loyalty.rules import money
from loyalty.rules.days import day_end, day_start, local_day
from loyalty.rules.surveys.definitions import Definition, Goal, Option, Outcome, Question, part_keys
from loyalty.surveys.editing import Draft
from loyalty.surveys.stored import Survey
from web.forms import Fields, Form, whole
from web.forms.survey_lines import Lines, OptionLine

GOALS = (SurveyKind.CHALLENGE, SurveyKind.PLEDGE)
MOST_DIGITS = 9
ARRANGED = "arranged"
"""Instead of the button, once its line was added, moved or dropped."""
_MOMENT = timedelta(microseconds=1)


class SurveyFields(Fields):
    """`points`, `segment` and `reward` are what every answer of a poll gives. `closes` is the last day."""

    title: str
    intro: str = ""
    promise: str = ""
    opens: date | None = None
    closes: date | None = None
    points: str = ""
    segment: str = ""
    reward: str = ""
    goal_kind: GoalKind = GoalKind.ORDERS
    goal_target: str = ""
    goal_days: Annotated[int | None, Field(ge=1, le=366)] = None
    goal_category: str = ""
    goal_tag: str = ""


class SurveyForm(Form[SurveyFields]):
    """`kind` never changes; `lines` are the tables as typed, `do` the button that was pressed.

    `theirs`: what somebody else saved meanwhile, by name: what was typed, what is stored.
    """

    model = SurveyFields
    kind: SurveyKind
    lines: Lines
    do: str = "save"
    theirs: Sequence[tuple[str, str, str]] = ()

    @classmethod
    def blank(cls, kind: SurveyKind) -> Self:
        form = cls()
        form.kind, form.lines = kind, Lines.blank(kind)
        form.typed["goal_kind"] = GoalKind.ORDERS
        return form

    @classmethod
    def of(cls, survey: Survey, programme: Programme) -> Self:
        """The form as the working copy fills it."""
        form, said, zone = cls.blank(survey.kind), survey.draft, ZoneInfo(programme.time_zone)
        form.version, form.lines = survey.version, Lines.of(said)
        form.typed |= {"title": said.title, "intro": said.intro, "promise": said.promise}
        if survey.opens_at:
            form.typed["opens"] = local_day(survey.opens_at, zone).isoformat()
        if survey.closes_at:
            form.typed["closes"] = local_day(survey.closes_at - _MOMENT, zone).isoformat()
        first = said.outcomes[0]
        form.typed |= {"points": str(first.points or ""), "segment": first.segment, "reward": first.reward}
        if said.goal:
            form._fill(said.goal, programme.currency)
        return form

    @classmethod
    def sent(cls, sent: FormMultiDict, kind: SurveyKind) -> Self:
        """What was typed; the buttons of the tables are obeyed here."""
        form = cls.read(sent)
        form.kind, form.lines = kind, Lines.read(sent)
        form.do = str(sent.get("do", "save"))[:30]
        if form.lines.arrange(form.do):
            form.errors, form.do = {}, ARRANGED
        return form

    def drafted(self, programme: Programme, now: datetime) -> Draft | None:
        """What was typed, with the days of the programme's zone; None: look at `errors`, or a table was changed."""
        definition = self.definition(programme.currency)
        if self.do == ARRANGED or self.errors:
            return None
        zone, sent = ZoneInfo(programme.time_zone), self.fields
        opens = day_start(sent.opens, zone) if sent.opens else None
        closes = day_end(sent.closes, zone) if sent.closes else None
        if self.do == "publish" and closes and closes <= now:
            self.errors["closes"] = "Its last day is over. Choose a later one first."
            return None
        return Draft(definition, opens, closes)

    def definition(self, currency: str) -> Definition:
        """What the tables say, also while it can't be saved yet; what is no number is added to the errors."""
        outcomes = tuple(self._outcomes())
        typed = self.typed
        return Definition(
            kind=self.kind,
            title=typed["title"],
            intro=typed["intro"],
            promise=typed["promise"],
            outcomes=outcomes,
            questions=tuple(self._questions(outcomes)),
            goal=self._goal(currency) if self.kind in GOALS else None,
        )

    def refuse(self, refusal: LoyaltyError) -> None:
        """Put a refusal of the rules where the editor has that field."""
        self.errors[self._here(refusal.field or "title")] = str(refusal)

    def _here(self, field: str) -> str:
        if field.startswith("goal."):
            return field.replace(".", "_")
        table, _, part = field.rpartition(".")
        if self.kind is SurveyKind.POLL and part in ("points", "segment", "reward"):
            return part
        if table.endswith(".scores"):
            keys = [outcome.key for outcome in self._outcomes()]
            return f"{table}.{keys.index(part)}" if part in keys else table
        return field

    def _outcomes(self) -> list[Outcome]:
        poll = self.kind is SurveyKind.POLL
        points = self._number("points", self.typed["points"]) if poll else 0
        found = []
        for number, line in enumerate(self.lines.outcomes):
            outcome = Outcome(line.title, line.key, line.text, line.segment, points, line.reward)
            if poll:
                outcome = replace(outcome, segment=self.typed["segment"], reward=self.typed["reward"])
            else:
                outcome = replace(outcome, points=self._number(f"outcomes.{number}.points", line.points))
            found.append(outcome)
        keys = part_keys([(each.key, each.title) for each in found], "outcome")
        return [replace(each, key=key) for each, key in zip(found, keys, strict=True)]

    def _questions(self, outcomes: tuple[Outcome, ...]) -> list[Question]:
        return [
            Question(
                line.title,
                line.key,
                line.help,
                tuple(
                    self._option(option, f"questions.{number}.options.{place}", outcomes)
                    for place, option in enumerate(line.options)
                ),
            )
            for number, line in enumerate(self.lines.questions)
        ]

    def _option(self, line: OptionLine, where: str, outcomes: tuple[Outcome, ...]) -> Option:
        scores = {
            outcome.key: self._number(f"{where}.scores.{number}", typed)
            for number, (outcome, typed) in enumerate(zip(outcomes, line.scores, strict=True))
        }
        return Option(line.label, line.key, scores)

    def _goal(self, currency: str) -> Goal:
        typed = self.typed
        kind = next((each for each in GoalKind if each == typed["goal_kind"]), GoalKind.ORDERS)
        days = typed["goal_days"].strip()
        return Goal(
            kind=kind,
            target=self._target(kind, currency),
            days=int(days) if days.isascii() and days.isdecimal() and len(days) < MOST_DIGITS else None,
            category=typed["goal_category"],
            tag=typed["goal_tag"],
        )

    def _target(self, kind: GoalKind, currency: str) -> int:
        typed = self.typed["goal_target"]
        if kind is not GoalKind.SPEND or not typed.strip():
            return self._number("goal_target", typed)
        try:
            return money.parse(typed, currency)
        except Invalid as refusal:
            self._wrong("goal_target", str(refusal))
            return 0

    def _number(self, name: str, typed: str) -> int:
        """A whole number; nothing typed is 0."""
        if not typed.strip():
            return 0
        try:
            return whole(typed)
        except ValueError as wrong:
            self._wrong(name, str(wrong))
            return 0

    def _wrong(self, name: str, sentence: str) -> None:
        """Whoever only moves a line isn't told what is wrong yet."""
        if self.do != ARRANGED:
            self.errors[name] = sentence

    def _fill(self, goal: Goal, currency: str) -> None:
        target = money.plain(goal.target, currency) if goal.kind is GoalKind.SPEND else str(goal.target)
        self.typed |= {
            "goal_kind": goal.kind,
            "goal_target": target,
            "goal_days": str(goal.days or ""),
            "goal_category": goal.category,
            "goal_tag": goal.tag,
        }
