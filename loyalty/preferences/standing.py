"""Which answers of a customer stand, each with the wording it was given to."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from db.engine import loads, one, rows
from db.enums import AnswerSource, QuestionKind, QuestionRole, QuestionSection
from loyalty.errors import NotFound
from loyalty.preferences.questions import words
from loyalty.rules.consent import pause_of
from loyalty.rules.preferences import Answer, Words

_STANDING = """SELECT q.id AS question_id, q.uid AS question_uid, q.key, q.section, q.kind, q.role, q.status,
      a.uid, a.at, a.source, a.actor_kind, a.actor_name, c.options AS chosen, c.body,
      w.number, w.title, w.help, w.purpose, w.options
    FROM preference_current p
    JOIN preference_questions q ON q.programme_id = {0} AND q.id = p.question_id
    JOIN preference_answers a ON a.programme_id = {0} AND a.id = p.answer_id
    JOIN preference_contents c ON c.programme_id = {0} AND c.answer_id = p.answer_id
    JOIN preference_wordings w ON w.programme_id = {0} AND w.id = a.wording_id
    WHERE p.programme_id = {0} AND p.customer_id = {1} ORDER BY q.section, q.position, q.id"""

_PERSON = """SELECT c.id, c.uid, c.type, c.email, c.phone, c.accepts_email, c.birth_month, c.birth_day, c.birth_year,
      c.birthday_changed_at, c.erased_at, k.at AS completed_at, k.points AS completed_points
    FROM customers c
    LEFT JOIN profile_completions k ON k.programme_id = {0} AND k.customer_id = c.id
    WHERE c.programme_id = {0} AND c.id = {1}"""


@dataclass(frozen=True, slots=True)
class Standing:
    """One answer that stands: when and how it was given, and in which words the question was asked then."""

    uid: str
    question_id: int
    question_uid: str
    key: str
    section: QuestionSection
    kind: QuestionKind
    role: QuestionRole
    asked: bool
    answer: Answer
    at: datetime
    source: AnswerSource
    by: str
    number: int
    words: Words

    def stands(self, now: datetime) -> bool:
        """False for a pause that is over: it ends by itself."""
        return self.role is not QuestionRole.PAUSE or now < self.at + pause_of(self.answer.options)

    @property
    def labels(self) -> tuple[str, ...]:
        """What was chosen, as it was called then; free text as itself."""
        if self.answer.body:
            return (self.answer.body,)
        return tuple(self.words.label(key) for key in self.answer.options)


@dataclass(frozen=True, slots=True)
class Person:
    """What is known of the customer beside the answers."""

    id: int
    uid: str
    type: str
    email: str | None
    agreed: bool
    birthday: tuple[int | None, int | None, int | None]
    birthday_changed_at: datetime | None
    completed_at: datetime | None
    completed_points: int
    erased: bool

    @property
    def born(self) -> bool:
        return self.birthday[0] is not None


async def standing(programme_id: int, customer_id: int, now: datetime) -> dict[str, Standing]:
    """By the question's key; those of archived questions too, a pause that is over left out."""
    found = [_standing(row) for row in await rows(_STANDING, programme_id, customer_id)]
    return {each.key: each for each in found if each.stands(now)}


async def person(programme_id: int, customer_id: int) -> Person:
    """Raises NotFound."""
    row = await one(_PERSON, programme_id, customer_id)
    if row is None:
        raise NotFound("There is no such customer in this programme.")
    return Person(
        id=row["id"],
        uid=row["uid"],
        type=row["type"],
        email=row["email"],
        agreed=bool(row["accepts_email"]),
        birthday=(row["birth_month"], row["birth_day"], row["birth_year"]),
        birthday_changed_at=row["birthday_changed_at"],
        completed_at=row["completed_at"],
        completed_points=row["completed_points"] or 0,
        erased=row["erased_at"] is not None,
    )


def _standing(row: Mapping[str, Any]) -> Standing:
    return Standing(
        uid=row["uid"],
        question_id=row["question_id"],
        question_uid=row["question_uid"],
        key=row["key"],
        section=QuestionSection(row["section"]),
        kind=QuestionKind(row["kind"]),
        role=QuestionRole(row["role"]),
        asked=row["status"] == "published",
        answer=Answer(tuple(loads(row["chosen"])), row["body"]),
        at=row["at"],
        source=AnswerSource(row["source"]),
        by=row["actor_name"],
        number=row["number"],
        words=words(row),
    )
