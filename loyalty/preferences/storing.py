"""Writing questions and wordings, in the caller's transaction."""

import json
from datetime import datetime

from db.engine import run, value
from db.enums import QuestionSection, QuestionStatus
from db.ids import new_id
from loyalty.preferences import questions
from loyalty.preferences.questions import Question
from loyalty.rules.actors import Actor
from loyalty.rules.preferences import Draft, plain

_INSERT = """INSERT INTO preference_questions (programme_id, id, uid, key, section, kind, role, status, position,
      title, help, purpose, options, boost_percent, created_at)
    VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {})
    ON CONFLICT (programme_id, uid) DO NOTHING RETURNING id"""
_PUBLISH = """INSERT INTO preference_wordings (programme_id, id, question_id, number, title, help, purpose, options,
      actor_kind, actor_id, actor_name, published_at)
    SELECT q.programme_id, CAST({} AS BIGINT), q.id, coalesce((SELECT max(w.number) FROM preference_wordings w
        WHERE w.programme_id = q.programme_id AND w.question_id = q.id), 0) + 1, q.title, q.help, q.purpose, q.options,
      {}, CAST({} AS BIGINT), {}, {}
    FROM preference_questions q WHERE q.programme_id = {} AND q.id = {}"""


async def place(programme_id: int, draft: Draft, uid: str, now: datetime) -> bool:
    """Insert a checked draft at the end of its section; False when the uid is there already."""
    position = await value(
        "SELECT coalesce(max(position), 0) + 1 FROM preference_questions WHERE programme_id = {} AND section = {}",
        programme_id,
        draft.section,
    )
    written = await run(
        _INSERT,
        programme_id,
        new_id(now),
        uid,
        await free_key(programme_id, draft.key),
        draft.section,
        draft.kind,
        draft.role,
        QuestionStatus.DRAFT,
        position,
        draft.words.title,
        draft.words.help,
        draft.words.purpose,
        json.dumps(plain(draft.words.options)),
        draft.boost_percent,
        now,
    )
    return bool(written)


async def free_key(programme_id: int, key: str) -> str:
    """The key, or the first of key_2, key_3 … that no question has."""
    found = [
        row.key
        for row in await questions.listed(programme_id)
        if row.key == key or row.key.startswith(key[:36])
    ]
    number, free = 1, key
    while free in found:
        number += 1
        free = f"{key[:36]}_{number}"
    return free


async def lock(programme_id: int, uid: str) -> Question:
    """The question, locked until the transaction ends. Raises NotFound."""
    await run(
        "UPDATE preference_questions SET version = version WHERE programme_id = {} AND uid = {}",
        programme_id,
        uid,
    )
    return await questions.find(programme_id, uid)


async def overwrite(programme_id: int, question_id: int, draft: Draft) -> None:
    """Write the working copy of a locked question; its key stays."""
    await run(
        "UPDATE preference_questions SET section = {}, kind = {}, title = {}, help = {}, purpose = {}, options = {},"
        " boost_percent = {}, version = version + 1 WHERE programme_id = {} AND id = {}",
        draft.section,
        draft.kind,
        draft.words.title,
        draft.words.help,
        draft.words.purpose,
        json.dumps(plain(draft.words.options)),
        draft.boost_percent,
        programme_id,
        question_id,
    )


async def publish(programme_id: int, question_id: int, *, by: Actor, now: datetime) -> int:
    """Make the working copy the next wording. Returns the wording's id; the status is the caller's."""
    wording_id = new_id(now)
    await run(_PUBLISH, wording_id, by.kind, by.id, by.name, now, programme_id, question_id)
    return wording_id


async def stand(programme_id: int, question_id: int, status: QuestionStatus, wording_id: int | None) -> None:
    """Give a locked question its status and the wording members see."""
    await run(
        "UPDATE preference_questions SET status = {}, wording_id = {}, version = version + 1"
        " WHERE programme_id = {} AND id = {}",
        status,
        wording_id,
        programme_id,
        question_id,
    )


async def order(programme_id: int, section: QuestionSection, ids: list[int]) -> None:
    """Number the questions of a section in this order."""
    for position, question_id in enumerate(ids, start=1):
        await run(
            "UPDATE preference_questions SET position = {} WHERE programme_id = {} AND section = {} AND id = {}",
            position,
            programme_id,
            section,
            question_id,
        )
