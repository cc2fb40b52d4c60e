"""A merchant's questions: written, published, ordered, archived (PRODUCT L1)."""

import hashlib
from dataclasses import dataclass
from typing import Any, Literal

from db.engine import atomic, retried
from db.enums import QuestionStatus
from loyalty import audit, clock
from loyalty.audit import Action
from loyalty.errors import AlreadyDone, Invalid, Stale
from loyalty.preferences import questions, storing
from loyalty.preferences.questions import Question
from loyalty.rules.actors import Actor
from loyalty.rules.preferences import Draft, checked, plain


@dataclass(frozen=True, slots=True)
class Saved:
    """The question as it is now, what to say, and the audited action; None where nothing changed."""

    question: Question
    sentence: str
    action: Action | None


@retried
async def create(programme_id: int, draft: Draft, *, by: Actor, key: str) -> Saved:
    """Write a new question as a draft. Repeating `key` returns the first outcome. Raises Invalid."""
    draft = checked(draft)
    uid = hashlib.sha256(f"question:{key}".encode()).hexdigest()[:22]
    async with atomic():
        sentence = f"“{draft.words.title}” is written; publish it when it is right"
        if not await storing.place(programme_id, draft, uid, clock.now()):
            return Saved(await questions.find(programme_id, uid), sentence, None)
        made = await questions.find(programme_id, uid)
        return await _record(programme_id, made, "preferences.question_written", sentence, None, by=by)


@retried
async def edit(programme_id: int, uid: str, draft: Draft, *, version: int | None, by: Actor) -> Saved:
    """Change the working copy; members see it once it is published. The key and the role stay for ever.

    Raises Invalid (also for another kind of answer once it was published), Stale, NotFound.
    """
    async with atomic():
        before = await storing.lock(programme_id, uid)
        draft = checked(
            Draft(
                section=draft.section,
                kind=draft.kind,
                words=draft.words,
                key=before.key,
                role=before.role,
                boost_percent=draft.boost_percent,
            )
        )
        if draft.kind is not before.kind and before.number is not None:
            raise Invalid(
                "It has been asked already, so the kind of answer stays. Archive it and write another.",
                field="kind",
            )
        if draft == before.as_draft():
            return Saved(before, f"“{before.draft.title}” says that already", None)
        if version != before.version:
            raise Stale("Somebody changed this question while you were editing.")
        await storing.overwrite(programme_id, before.id, draft)
        now = await questions.find(programme_id, uid)
        waits = "; publish it so that members see it" if before.asked else ""
        return await _record(
            programme_id,
            now,
            "preferences.question_edited",
            f"“{now.draft.title}” is saved{waits}",
            before,
            by=by,
        )


@retried
async def publish(programme_id: int, uid: str, *, by: Actor) -> Saved:
    """Let members see the working copy: as the next wording, unless the words are the same.

    Answers keep the wording they were given to. Raises NotFound.
    """
    async with atomic():
        return await _publish(programme_id, await storing.lock(programme_id, uid), by=by)


@retried
async def publish_drafts(programme_id: int, *, by: Actor) -> int:
    """Publish everything that waits: new questions and new words. How many there were."""
    async with atomic():
        waiting = [
            question
            for question in await questions.listed(programme_id)
            if question.status is QuestionStatus.DRAFT or (question.asked and question.changed)
        ]
        for question in waiting:
            await _publish(programme_id, question, by=by)
        return len(waiting)


@retried
async def archive(programme_id: int, uid: str, *, by: Actor) -> Saved:
    """Ask no more. What was answered stays known. Raises AlreadyDone, NotFound."""
    async with atomic():
        before = await storing.lock(programme_id, uid)
        if before.status is QuestionStatus.ARCHIVED:
            raise AlreadyDone("This question is archived already.")
        await storing.stand(programme_id, before.id, QuestionStatus.ARCHIVED, before.wording_id)
        now = await questions.find(programme_id, uid)
        return await _record(
            programme_id,
            now,
            "preferences.question_archived",
            f"“{now.shown.title}” isn't asked any more",
            before,
            by=by,
        )


@retried
async def move(programme_id: int, uid: str, way: Literal["up", "down"], *, by: Actor) -> Saved:
    """Change places with the neighbour of the same section; at the end it stays. Raises NotFound."""
    async with atomic():
        question = await storing.lock(programme_id, uid)
        ids = [
            each.id
            for each in await questions.listed(programme_id)
            if each.section is question.section and each.status is not QuestionStatus.ARCHIVED
        ]
        if question.id not in ids:
            raise Invalid("An archived question has no place. Publish it again first.")
        at = ids.index(question.id)
        to = at - 1 if way == "up" else at + 1
        sentence = f"“{question.shown.title}” moved {way}"
        if not 0 <= to < len(ids):
            return Saved(question, f"“{question.shown.title}” is at the end already", None)
        ids[at], ids[to] = ids[to], ids[at]
        await storing.order(programme_id, question.section, ids)
        action = await audit.record(
            programme_id, "preferences.question_moved", ("question", question.id), sentence, by=by
        )
        return Saved(await questions.find(programme_id, uid), sentence, action)


async def _publish(programme_id: int, before: Question, *, by: Actor) -> Saved:
    if before.asked and not before.changed:
        return Saved(before, f"Members see “{before.shown.title}” already", None)
    wording_id = before.wording_id
    if before.changed or wording_id is None:
        wording_id = await storing.publish(programme_id, before.id, by=by, now=clock.now())
    await storing.stand(programme_id, before.id, QuestionStatus.PUBLISHED, wording_id)
    now = await questions.find(programme_id, before.uid)
    return await _record(
        programme_id,
        now,
        "preferences.question_published",
        f"Members are asked “{now.shown.title}”",
        before,
        by=by,
    )


async def _record(
    programme_id: int, now: Question, verb: str, sentence: str, before: Question | None, *, by: Actor
) -> Saved:
    action = await audit.record(
        programme_id,
        verb,
        ("question", now.id),
        sentence,
        by=by,
        before=_said(before) if before else {},
        after=_said(now),
        undo={
            "noun": "preferences",
            "question": now.uid,
            "version": now.version,
            "before": state(before) if before else None,
        },
    )
    return Saved(now, sentence, action)


def _said(question: Question) -> dict[str, Any]:
    """What the audit log shows of a question."""
    return {
        "question": question.draft.title,
        "status": question.status,
        "options": ", ".join(option.label for option in question.draft.options),
    }


def state(question: Question) -> dict[str, Any]:
    """Everything an undo puts back."""
    return {
        "section": question.section,
        "kind": question.kind,
        "status": question.status,
        "wording_id": question.wording_id,
        "title": question.draft.title,
        "help": question.draft.help,
        "purpose": question.draft.purpose,
        "options": plain(question.draft.options),
        "boost_percent": question.boost_percent,
    }
