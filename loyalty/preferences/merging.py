"""Carrying one record's answers to another of the same person (PRODUCT B6)."""

from dataclasses import dataclass

from db.engine import run, value
from db.enums import AnswerSource
from loyalty.ledger.accounts import Account
from loyalty.preferences import contacts, questions, writing
from loyalty.preferences.standing import standing
from loyalty.preferences.wordings import shown
from loyalty.rules.actors import Actor

_COMPLETED = """INSERT INTO profile_completions (programme_id, customer_id, points, at)
    SELECT programme_id, CAST({} AS BIGINT), points, at FROM profile_completions
    WHERE programme_id = {} AND customer_id = {}
    ON CONFLICT (programme_id, customer_id) DO NOTHING"""


@dataclass(frozen=True, slots=True)
class Carried:
    """How many answers went over; the preview of a merge says it before."""

    answers: int


async def carry(account: Account, from_id: int, *, by: Actor) -> Carried:
    """Let the later of two answers to the same question stand for the one who stays, in the caller's transaction.

    `account` is theirs, locked; so is that of `from_id`. The history of both stays where it was given. A
    profile that either completed is complete and pays nothing again.
    """
    programme_id = account.programme.id
    mine = await standing(programme_id, account.customer_id, account.now)
    theirs = await standing(programme_id, from_id, account.now)
    by_key = {question.key: question for question in await questions.listed(programme_id)}
    carried = 0
    for key, said in theirs.items():
        if key in mine and mine[key].at >= said.at:
            continue
        question = by_key[key]
        wording = await shown(programme_id, question, said.number)
        await writing.give(account, question, wording.id, said.answer, source=AnswerSource.MERGE, by=by)
        carried += 1
    await contacts.refresh(account)
    await run(_COMPLETED, account.customer_id, programme_id, from_id)
    return Carried(carried)


async def preview(programme_id: int, into_id: int, from_id: int) -> Carried:
    """How many answers would go over."""
    count = await value(
        "SELECT count(*) FROM preference_current f WHERE f.programme_id = {} AND f.customer_id = {}"
        " AND NOT EXISTS (SELECT 1 FROM preference_current i WHERE i.programme_id = f.programme_id"
        " AND i.customer_id = {} AND i.question_id = f.question_id AND i.answer_id >= f.answer_id)",
        programme_id,
        from_id,
        into_id,
    )
    return Carried(count)
