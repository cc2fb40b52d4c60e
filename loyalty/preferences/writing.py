"""Keeping an answer: the history that only grows, what stands, and what others ask for."""

import json
from datetime import datetime

from db.engine import run
from db.enums import AnswerSource, AnswerVerb
from db.ids import new_id, new_uid
from loyalty.ledger.accounts import Account
from loyalty.preferences.questions import Question
from loyalty.rules.actors import Actor
from loyalty.rules.preferences import Answer

_ANSWER = """INSERT INTO preference_answers (programme_id, id, uid, customer_id, question_id, wording_id, verb, source,
      actor_kind, actor_id, actor_name, at) VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {})"""
_STANDS = """INSERT INTO preference_current (programme_id, customer_id, question_id, answer_id) VALUES ({}, {}, {}, {})
    ON CONFLICT (programme_id, customer_id, question_id) DO UPDATE SET answer_id = excluded.answer_id"""
_FORGET = "DELETE FROM preference_current WHERE programme_id = {} AND customer_id = {} AND question_id = {}"
_UNCHOOSE = (
    "DELETE FROM preference_choices WHERE programme_id = {} AND question_key = {} AND customer_id = {}"
)
_CHOOSE = """INSERT INTO preference_choices (programme_id, question_key, option_key, customer_id, at)
    VALUES ({}, {}, {}, {}, {})"""


async def give(
    account: Account,
    question: Question,
    wording_id: int,
    answer: Answer,
    *,
    source: AnswerSource,
    by: Actor,
    at: datetime | None = None,
) -> None:
    """Let this answer stand, in the caller's transaction, under the account's lock."""
    answer_id = await _note(account, question, wording_id, AnswerVerb.GIVEN, source, by, at or account.now)
    await run(
        "INSERT INTO preference_contents (programme_id, answer_id, customer_id, options, body)"
        " VALUES ({}, {}, {}, {}, {})",
        account.programme.id,
        answer_id,
        account.customer_id,
        json.dumps(list(answer.options)),
        answer.body,
    )
    await run(_STANDS, *account.key, question.id, answer_id)
    await run(_UNCHOOSE, account.programme.id, question.key, account.customer_id)
    for option in answer.options:
        await run(_CHOOSE, account.programme.id, question.key, option, account.customer_id, at or account.now)


async def withdraw(
    account: Account, question: Question, wording_id: int, *, source: AnswerSource, by: Actor
) -> None:
    """Let no answer stand: segments and filters lose it at once, the history keeps that it was given."""
    await _note(account, question, wording_id, AnswerVerb.WITHDRAWN, source, by, account.now)
    await run(_FORGET, *account.key, question.id)
    await run(_UNCHOOSE, account.programme.id, question.key, account.customer_id)


async def _note(
    account: Account,
    question: Question,
    wording_id: int,
    verb: AnswerVerb,
    source: AnswerSource,
    by: Actor,
    at: datetime,
) -> int:
    answer_id = new_id(at)
    await run(
        _ANSWER,
        account.programme.id,
        answer_id,
        new_uid(),
        account.customer_id,
        question.id,
        wording_id,
        verb,
        source,
        by.kind,
        by.id,
        by.name,
        at,
    )
    return answer_id
