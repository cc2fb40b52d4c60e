"""Questions as they are stored: a working copy, and the wording that members see."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from db.engine import loads, one, rows
from db.enums import QuestionKind, QuestionRole, QuestionSection, QuestionStatus
from loyalty.errors import NotFound
from loyalty.rules.preferences import Draft, Words, options

_COLUMNS = """q.id, q.uid, q.key, q.section, q.kind, q.role, q.status, q.position, q.title, q.help, q.purpose,
    q.options, q.boost_percent, q.wording_id, q.version, w.number, w.title AS live_title, w.help AS live_help,
    w.purpose AS live_purpose, w.options AS live_options, w.published_at"""
_QUESTIONS = f"""SELECT {_COLUMNS} FROM preference_questions q
    LEFT JOIN preference_wordings w ON w.programme_id = q.programme_id AND w.id = q.wording_id
    WHERE q.programme_id = {{}}"""
_ORDER = """ORDER BY CASE q.section WHEN 'interests' THEN 1 WHEN 'communication' THEN 2 WHEN 'values' THEN 3
    WHEN 'rewards' THEN 4 ELSE 5 END, q.position, q.id"""


@dataclass(frozen=True, slots=True)
class Question:
    """`draft` is the working copy, `live` the wording `number` that members see; None: never published."""

    id: int
    uid: str
    key: str
    section: QuestionSection
    kind: QuestionKind
    role: QuestionRole
    status: QuestionStatus
    position: int
    draft: Words
    boost_percent: int | None
    wording_id: int | None
    version: int
    live: Words | None
    number: int | None

    @property
    def changed(self) -> bool:
        """Whether the working copy says something that members don't see yet."""
        return self.draft != self.live

    @property
    def asked(self) -> bool:
        return self.status is QuestionStatus.PUBLISHED

    @property
    def shown(self) -> Words:
        """What members see, or would see."""
        return self.live or self.draft

    def as_draft(self) -> Draft:
        return Draft(
            section=self.section,
            kind=self.kind,
            words=self.draft,
            key=self.key,
            role=self.role,
            boost_percent=self.boost_percent,
        )


async def listed(programme_id: int) -> tuple[Question, ...]:
    """All questions in the order in which members meet them, archived ones too."""
    return _questions(await rows(f"{_QUESTIONS} {_ORDER}", programme_id))


async def published(programme_id: int) -> tuple[Question, ...]:
    """What members are asked now."""
    return _questions(await rows(f"{_QUESTIONS} AND q.status = 'published' {_ORDER}", programme_id))


async def find(programme_id: int, uid: str) -> Question:
    """The question with this public id. Raises NotFound."""
    row = await one(f"{_QUESTIONS} AND q.uid = {{}}", programme_id, uid)
    if row is None:
        raise NotFound("There is no such question in this programme.")
    return _question(row)


async def with_role(programme_id: int, role: QuestionRole) -> Question | None:
    """The question that steers what is sent, whatever its status: the one that is asked before others."""
    found = _questions(
        await rows(
            f"{_QUESTIONS} AND q.role = {{}} ORDER BY CASE q.status WHEN 'published' THEN 1 ELSE 2 END, q.id",
            programme_id,
            role,
        )
    )
    return found[0] if found else None


def words(row: Mapping[str, Any], prefix: str = "") -> Words:
    """The words in a row's columns `title`, `help`, `purpose`, `options`."""
    title, hint, purpose, offered = (row[prefix + name] for name in ("title", "help", "purpose", "options"))
    return Words(title, hint, purpose, options(loads(offered)))


def _questions(found: Sequence[Mapping[str, Any]]) -> tuple[Question, ...]:
    return tuple(_question(row) for row in found)


def _question(row: Mapping[str, Any]) -> Question:
    return Question(
        id=row["id"],
        uid=row["uid"],
        key=row["key"],
        section=QuestionSection(row["section"]),
        kind=QuestionKind(row["kind"]),
        role=QuestionRole(row["role"]),
        status=QuestionStatus(row["status"]),
        position=row["position"],
        draft=words(row),
        boost_percent=row["boost_percent"],
        wording_id=row["wording_id"],
        version=row["version"],
        live=words(row, "live_") if row["number"] is not None else None,
        number=row["number"],
    )
