"""A merchant's quizzes, polls, challenges and pledges: written, published, scheduled, archived (PRODUCT L3)."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from db.engine import atomic, retried, run, value
from db.enums import SurveyStatus
from db.ids import new_id
from loyalty import audit, clock, due
from loyalty.audit import Action
from loyalty.errors import AlreadyDone, Invalid, KeyReused, NotFound, Stale
from loyalty.rewards import catalogue
from loyalty.rules.actors import Actor
from loyalty.rules.preferences import slug
from loyalty.rules.surveys.definitions import Definition, checked
from loyalty.surveys import stored
from loyalty.surveys.stored import Survey

_INSERT = """INSERT INTO surveys (programme_id, id, uid, key, kind, status, title, definition, opens_at, closes_at,
      created_at)
    VALUES ({}, {}, {}, {}, {}, 'draft', {}, {}, {}, {}, {}) ON CONFLICT (programme_id, uid) DO NOTHING RETURNING id"""
_UPDATE = """UPDATE surveys SET title = {}, definition = {}, opens_at = {}, closes_at = {}, version = version + 1
    WHERE programme_id = {} AND id = {}"""
_EDITION = """INSERT INTO survey_editions (programme_id, id, survey_id, number, definition, actor_kind, actor_id,
      actor_name, published_at)
    SELECT s.programme_id, CAST({} AS BIGINT), s.id, coalesce((SELECT max(e.number) FROM survey_editions e
        WHERE e.programme_id = s.programme_id AND e.survey_id = s.id), 0) + 1, s.definition,
      {}, CAST({} AS BIGINT), {}, {}
    FROM surveys s WHERE s.programme_id = {} AND s.id = {}"""
_STAND = """UPDATE surveys SET status = {}, edition_id = {}, version = version + 1
    WHERE programme_id = {} AND id = {}"""

_OTHERWISE = """SELECT 1 FROM segments WHERE programme_id = {} AND name = {} AND archived_at IS NULL
    AND kind <> 'declared'"""


@dataclass(frozen=True, slots=True)
class Draft:
    """What a merchant typed: what it consists of, and from when until when it can be taken part in."""

    definition: Definition
    opens_at: datetime | None = None
    closes_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Saved:
    """The survey as it is now, what to say, and the audited action; None where nothing changed."""

    survey: Survey
    sentence: str
    action: Action | None


@retried
async def create(programme_id: int, draft: Draft, *, by: Actor, key: str) -> Saved:
    """Write a new one as a draft. Repeating `key` returns the first outcome. Raises Invalid, KeyReused."""
    uid = hashlib.sha256(f"survey:{key}".encode()).hexdigest()[:22]
    async with atomic():
        draft = await _checked(programme_id, draft)
        said = draft.definition
        sentence = f"“{said.title}” is written; publish it when it is right"
        now = clock.now()
        written = await run(
            _INSERT,
            programme_id,
            new_id(now),
            uid,
            await _free_key(programme_id, said),
            said.kind,
            said.title,
            json.dumps(said.to_dict()),
            draft.opens_at,
            draft.closes_at,
            now,
        )
        made = await stored.find(programme_id, uid)
        if not written:
            if made.kind is not said.kind:
                raise KeyReused(
                    "This form was already used for something else. Reload the page and try again."
                )
            return Saved(made, sentence, None)
        return await _record(programme_id, made, "survey.written", sentence, None, by=by)


@retried
async def edit(programme_id: int, uid: str, draft: Draft, *, version: int | None, by: Actor) -> Saved:
    """Change the working copy and the dates. Dates hold at once, words once they are published.

    Raises Invalid, Stale, NotFound.
    """
    async with atomic():
        before = await stored.lock(programme_id, uid)
        draft = await _checked(programme_id, draft)
        if draft.definition.kind is not before.kind:
            raise Invalid("What it is stays. Write another one instead.", field="kind")
        if (draft.definition, draft.opens_at, draft.closes_at) == (
            before.draft,
            before.opens_at,
            before.closes_at,
        ):
            return Saved(before, f"“{before.draft.title}” says that already", None)
        if version != before.version:
            raise Stale("Somebody changed this while you were editing.")
        await _overwrite(programme_id, before.id, draft)
        now = await stored.find(programme_id, uid)
        waits = "; publish it so that members see it" if now.changed and before.live else ""
        return await _record(
            programme_id, now, "survey.edited", f"“{now.draft.title}” is saved{waits}", before, by=by
        )


@retried
async def publish(programme_id: int, uid: str, *, by: Actor) -> Saved:
    """Let members see the working copy, as the next edition where it changed. Raises NotFound, Invalid."""
    async with atomic():
        before = await stored.lock(programme_id, uid)
        if before.status is SurveyStatus.PUBLISHED and not before.changed:
            return Saved(before, f"Members see “{before.draft.title}” already", None)
        now = clock.now()
        if before.is_over(now):
            raise Invalid("Its last day is over. Choose a later one first.", field="closes")
        edition_id = before.edition_id
        if before.changed or edition_id is None:
            edition_id = new_id(now)
            await run(_EDITION, edition_id, by.kind, by.id, by.name, now, programme_id, before.id)
        await run(_STAND, SurveyStatus.PUBLISHED, edition_id, programme_id, before.id)
        made = await stored.find(programme_id, uid)
        await _name_segments(programme_id, made)
        return await _record(
            programme_id, made, "survey.published", f"Members see “{made.draft.title}”", before, by=by
        )


@retried
async def archive(programme_id: int, uid: str, *, by: Actor) -> Saved:
    """Offer it no more. What was answered stays known; challenges that run are still counted.

    Raises AlreadyDone, NotFound.
    """
    async with atomic():
        before = await stored.lock(programme_id, uid)
        if before.status is SurveyStatus.ARCHIVED:
            raise AlreadyDone("This is archived already.")
        await run(_STAND, SurveyStatus.ARCHIVED, before.edition_id, programme_id, before.id)
        now = await stored.find(programme_id, uid)
        return await _record(
            programme_id, now, "survey.archived", f"“{now.shown.title}” isn’t offered any more", before, by=by
        )


async def restore(programme_id: int, uid: str, state: dict[str, Any], version: int) -> str:
    """Put a survey back as it was, in the caller's transaction. Raises Stale when it changed since."""
    now = await stored.lock(programme_id, uid)
    if now.version != version:
        raise Stale(f"“{now.draft.title}” has been changed again since.")
    await _overwrite(
        programme_id,
        now.id,
        Draft(
            Definition.from_dict(state["definition"]), _moment(state["opens_at"]), _moment(state["closes_at"])
        ),
    )
    await run(_STAND, SurveyStatus(state["status"]), state["edition_id"], programme_id, now.id)
    await _name_segments(programme_id, await stored.find(programme_id, uid))
    return f"“{state['definition']['title']}” is as it was before"


async def withdraw(programme_id: int, uid: str, version: int) -> str:
    """Archive one that was new. Raises Stale when it changed since."""
    now = await stored.lock(programme_id, uid)
    if now.version != version:
        raise Stale(f"“{now.draft.title}” has been changed again since.")
    await run(_STAND, SurveyStatus.ARCHIVED, now.edition_id, programme_id, now.id)
    return f"“{now.draft.title}” was taken back"


async def _checked(programme_id: int, draft: Draft) -> Draft:
    if draft.opens_at and draft.closes_at and draft.opens_at >= draft.closes_at:
        raise Invalid("It would close before it opens.", field="closes")
    said = checked(draft.definition)
    for number, outcome in enumerate(said.outcomes):
        if outcome.reward:
            try:
                await catalogue.find(programme_id, outcome.reward)
            except NotFound:
                raise Invalid("This reward is gone.", field=f"outcomes.{number}.reward") from None
    return Draft(said, draft.opens_at, draft.closes_at)


async def _name_segments(programme_id: int, survey: Survey) -> None:
    """Have whoever ends where a segment is named be in it, once everybody has been looked at.

    Raises Invalid for the name of a segment that people enter otherwise.
    """
    for place, outcome in enumerate(survey.live.outcomes if survey.live else ()):
        if outcome.segment and await value(_OTHERWISE, programme_id, outcome.segment):
            raise Invalid(
                f"There is a segment called {outcome.segment} already, and people enter it otherwise."
                " Choose another name.",
                field=f"outcomes.{place}.segment",
            )
    await due.everybody(programme_id)


async def _free_key(programme_id: int, said: Definition) -> str:
    base = f"{said.kind}:{slug(said.title) or said.kind}"[:50]
    number, free = 1, base
    while await value("SELECT 1 FROM surveys WHERE programme_id = {} AND key = {}", programme_id, free):
        number += 1
        free = f"{base}_{number}"
    return free


async def _overwrite(programme_id: int, survey_id: int, draft: Draft) -> None:
    said = draft.definition
    await run(
        _UPDATE,
        said.title,
        json.dumps(said.to_dict()),
        draft.opens_at,
        draft.closes_at,
        programme_id,
        survey_id,
    )


async def _record(
    programme_id: int, now: Survey, verb: str, sentence: str, before: Survey | None, *, by: Actor
) -> Saved:
    action = await audit.record(
        programme_id,
        verb,
        ("survey", now.id),
        sentence,
        by=by,
        before=_said(before) if before else {},
        after=_said(now),
        undo={
            "noun": "surveys",
            "survey": now.uid,
            "version": now.version,
            "before": _state(before) if before else None,
        },
    )
    return Saved(now, sentence, action)


def _said(survey: Survey) -> dict[str, Any]:
    """What the audit log shows."""
    return {
        "title": survey.draft.title,
        "status": survey.status,
        "questions": len(survey.draft.questions),
        "outcomes": ", ".join(outcome.title for outcome in survey.draft.outcomes),
        "opens": survey.opens_at.isoformat() if survey.opens_at else "",
        "closes": survey.closes_at.isoformat() if survey.closes_at else "",
    }


def _state(survey: Survey) -> dict[str, Any]:
    return {
        "definition": survey.draft.to_dict(),
        "status": survey.status,
        "edition_id": survey.edition_id,
        "opens_at": survey.opens_at.isoformat() if survey.opens_at else None,
        "closes_at": survey.closes_at.isoformat() if survey.closes_at else None,
    }


def _moment(stored_text: str | None) -> datetime | None:
    return datetime.fromisoformat(stored_text) if stored_text else None
