"""Surveys as they are stored: a working copy, and the edition that members see."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from db.engine import loads, one, rows, run
from db.enums import SurveyKind, SurveyStatus
from loyalty.errors import NotFound
from loyalty.rules.surveys.definitions import Definition

_SURVEYS = """SELECT s.id, s.uid, s.key, s.kind, s.status, s.definition, s.edition_id, s.opens_at, s.closes_at,
      s.version, s.created_at, e.number, e.definition AS published
    FROM surveys s LEFT JOIN survey_editions e ON e.programme_id = s.programme_id AND e.id = s.edition_id
    WHERE s.programme_id = {}"""
_EDITION = "SELECT definition FROM survey_editions WHERE programme_id = {} AND survey_id = {} AND id = {}"

MOST = 200
"""Surveys that a list shows: a shop runs a handful, an archive of years some dozens."""


@dataclass(frozen=True, slots=True)
class Survey:
    """`draft` is the working copy, `live` what members see in edition `number`; None: never published.

    `key` never changes: filters and segments know the outcomes by it.
    """

    id: int
    uid: str
    key: str
    kind: SurveyKind
    status: SurveyStatus
    draft: Definition
    live: Definition | None
    edition_id: int | None
    number: int | None
    opens_at: datetime | None
    closes_at: datetime | None
    version: int
    created_at: datetime

    @property
    def shown(self) -> Definition:
        """What members see, or would see."""
        return self.live or self.draft

    @property
    def changed(self) -> bool:
        """Whether the working copy says something that members don't see yet."""
        return self.draft != self.live

    @property
    def is_published(self) -> bool:
        return self.status is SurveyStatus.PUBLISHED

    def is_open(self, now: datetime) -> bool:
        """Whether members can take part at this moment."""
        begun = self.opens_at is None or self.opens_at <= now
        return self.is_published and begun and not self.is_over(now)

    def is_over(self, now: datetime) -> bool:
        return self.closes_at is not None and self.closes_at <= now


async def listed(programme_id: int, kind: SurveyKind | None = None) -> tuple[Survey, ...]:
    """The newest surveys, archived ones too, of one kind or all."""
    found = await rows(
        f"{_SURVEYS} AND (CAST({{}} AS TEXT) IS NULL OR s.kind = {{}}) ORDER BY s.id DESC LIMIT {MOST}",
        programme_id,
        kind,
        kind,
    )
    return tuple(_survey(row) for row in found)


async def visible(programme_id: int, now: datetime) -> tuple[Survey, ...]:
    """What members are offered now, the newest first."""
    found = await rows(
        f"{_SURVEYS} AND s.status = 'published' AND (s.opens_at IS NULL OR s.opens_at <= {{}})"
        f" AND (s.closes_at IS NULL OR s.closes_at > {{}}) ORDER BY s.id DESC LIMIT {MOST}",
        programme_id,
        now,
        now,
    )
    return tuple(_survey(row) for row in found)


async def find(programme_id: int, uid: str) -> Survey:
    """The survey with this public id. Raises NotFound."""
    row = await one(f"{_SURVEYS} AND s.uid = {{}}", programme_id, uid)
    if row is None:
        raise NotFound("There is no such quiz, poll or challenge here.")
    return _survey(row)


async def by_id(programme_id: int, survey_id: int) -> Survey:
    """The survey a response belongs to. Raises NotFound."""
    row = await one(f"{_SURVEYS} AND s.id = {{}}", programme_id, survey_id)
    if row is None:
        raise NotFound("There is no such quiz, poll or challenge here.")
    return _survey(row)


async def lock(programme_id: int, uid: str) -> Survey:
    """The survey, locked until the transaction ends. Raises NotFound."""
    await run("UPDATE surveys SET version = version WHERE programme_id = {} AND uid = {}", programme_id, uid)
    return await find(programme_id, uid)


async def edition(programme_id: int, survey: Survey, edition_id: int) -> Definition:
    """What an earlier edition said."""
    if edition_id == survey.edition_id and survey.live is not None:
        return survey.live
    row = await one(_EDITION, programme_id, survey.id, edition_id)
    if row is None:
        raise NotFound("This edition is gone.")
    return Definition.from_dict(loads(row["definition"]))


def _survey(row: Mapping[str, Any]) -> Survey:
    published = row["published"]
    return Survey(
        id=row["id"],
        uid=row["uid"],
        key=row["key"],
        kind=SurveyKind(row["kind"]),
        status=SurveyStatus(row["status"]),
        draft=Definition.from_dict(loads(row["definition"])),
        live=Definition.from_dict(loads(published)) if published is not None else None,
        edition_id=row["edition_id"],
        number=row["number"],
        opens_at=row["opens_at"],
        closes_at=row["closes_at"],
        version=row["version"],
        created_at=row["created_at"],
    )
