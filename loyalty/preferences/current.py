"""The preference center: every question that is asked, with the answer that stands (PRODUCT L1)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from db.engine import snapshot
from db.enums import EarningTrigger, QuestionKind, QuestionRole, QuestionSection
from loyalty import clock, programmes
from loyalty.earning import rules
from loyalty.preferences import questions
from loyalty.preferences.birthdays import changeable_from
from loyalty.preferences.questions import Question
from loyalty.preferences.standing import Person, Standing, person, standing
from loyalty.rules import preferences as preference_rules
from loyalty.rules.consent import pause_of
from loyalty.rules.preferences import NOTHING, Answer, Progress


@dataclass(frozen=True, slots=True)
class Asked:
    """One question as a member sees it. `given` None: not answered.

    `birthday` is month, day and year of a birthday question; `locked_until` the moment it may change again.
    """

    question: Question
    given: Standing | None
    answer: Answer
    birthday: tuple[int | None, int | None, int | None] | None = None
    locked_until: datetime | None = None
    paused_until: datetime | None = None

    @property
    def told(self) -> bool:
        if self.birthday is not None:
            return self.birthday[0] is not None
        return not self.answer.empty


@dataclass(frozen=True, slots=True)
class Part:
    """One fieldset, saved on its own. `version` shows whether it was changed elsewhere meanwhile."""

    section: QuestionSection
    asked: tuple[Asked, ...]
    version: int


@dataclass(frozen=True, slots=True)
class Center:
    """All of it. `bonus`: points for completing the profile, 0 for none; `completed_at` when it was."""

    customer_uid: str
    parts: tuple[Part, ...]
    progress: Progress
    bonus: int
    completed_at: datetime | None
    completed_points: int

    def part(self, section: QuestionSection) -> Part | None:
        return next((part for part in self.parts if part.section is section), None)


async def center(programme_id: int, customer_id: int) -> Center:
    """What a member is asked and has answered. Raises NotFound."""
    now = clock.now()
    async with snapshot():
        asked = await questions.published(programme_id)
        who = await person(programme_id, customer_id)
        given = await standing(programme_id, customer_id, now)
        bonus = await bonus_of(programme_id, now)
        programme = await programmes.get(programme_id)
    parts = parts_of(asked, who, given, programme.time_zone)
    return Center(
        customer_uid=who.uid,
        parts=parts,
        progress=progress_of(parts, who),
        bonus=bonus,
        completed_at=who.completed_at,
        completed_points=who.completed_points,
    )


def parts_of(
    asked: Sequence[Question], who: Person, given: Mapping[str, Standing], time_zone: str
) -> tuple[Part, ...]:
    """The questions section by section, each with its answer."""
    found = []
    for section in QuestionSection:
        inside = tuple(
            one_of(question, who, given.get(question.key), time_zone)
            for question in asked
            if question.section is section
        )
        if inside:
            found.append(Part(section, inside, version_of(inside)))
    return tuple(found)


def one_of(question: Question, who: Person, given: Standing | None, time_zone: str) -> Asked:
    if question.kind is QuestionKind.BIRTHDAY:
        until = changeable_from(who.birthday_changed_at, time_zone)
        return Asked(question, given, NOTHING, birthday=who.birthday, locked_until=until)
    answer = given.answer if given else NOTHING
    if question.role is QuestionRole.CHANNELS and given is None:
        # Never asked: what the shop's own newsletter box says, and the portal, which disturbs nobody.
        offered = {option.key for option in question.shown.options}
        usual = [key for key, agreed in (("email", who.agreed), ("portal", True)) if agreed]
        answer = Answer(tuple(key for key in usual if key in offered))
    until = None
    if question.role is QuestionRole.PAUSE and given:
        until = given.at + pause_of(given.answer.options)
    return Asked(question, given, answer, paused_until=until)


def version_of(asked: Sequence[Asked]) -> int:
    return preference_rules.fingerprint(
        {each.question.key: each.birthday or (each.given and each.given.answer) for each in asked}
    )


def progress_of(parts: Sequence[Part], who: Person) -> Progress:
    """How much of the rewarded profile is told."""
    counted = [each for part in parts if preference_rules.counts(part.section) for each in part.asked]
    return Progress(
        told=sum(each.told for each in counted),
        asked=len(counted),
        completed_before=who.completed_at is not None,
    )


async def bonus_of(programme_id: int, now: datetime) -> int:
    """Points that completing the profile is worth now, before tiers and conditions (PRODUCT L2)."""
    versions = await rules.in_force(programme_id, EarningTrigger.PROFILE, now)
    return sum(version.definition.points for version in versions)
