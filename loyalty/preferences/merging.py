"""Carrying one record's answers to another of the same person (PRODUCT B6)."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from db.engine import loads, one, run, value
from db.enums import AnswerSource
from loyalty.ledger.accounts import Account
from loyalty.preferences import contacts, questions, writing
from loyalty.preferences.standing import standing
from loyalty.preferences.wordings import shown
from loyalty.rules.actors import Actor
from loyalty.rules.preferences import Answer

_COMPLETED = """INSERT INTO profile_completions (programme_id, customer_id, points, at)
    SELECT programme_id, CAST({} AS BIGINT), points, at FROM profile_completions
    WHERE programme_id = {} AND customer_id = {}
    ON CONFLICT (programme_id, customer_id) DO NOTHING"""


_EARLIER = """SELECT a.wording_id, c.options, c.body FROM preference_answers a
    JOIN preference_contents c ON c.programme_id = a.programme_id AND c.answer_id = a.id
    WHERE a.programme_id = {} AND a.uid = {}"""


@dataclass(frozen=True, slots=True)
class Carried:
    """How many answers went over; the preview of a merge says it before.

    `before` names by question the answer that stood until then, None where none did; `completed` is whether
    the profile became complete by it.
    """

    answers: int
    before: Mapping[str, str | None] = field(default_factory=dict)
    completed: bool = False


async def carry(account: Account, from_id: int, *, by: Actor) -> Carried:
    """Let the later of two answers to the same question stand for the one who stays, in the caller's transaction.

    `account` is theirs, locked; so is that of `from_id`. The history of both stays where it was given. A
    profile that either completed is complete and pays nothing again.
    """
    programme_id = account.programme.id
    mine = await standing(programme_id, account.customer_id, account.now)
    theirs = await standing(programme_id, from_id, account.now)
    by_key = {question.key: question for question in await questions.listed(programme_id)}
    before: dict[str, str | None] = {}
    for key, said in theirs.items():
        if key in mine and mine[key].at >= said.at:
            continue
        question = by_key[key]
        wording = await shown(programme_id, question, said.number)
        await writing.give(account, question, wording.id, said.answer, source=AnswerSource.MERGE, by=by)
        before[key] = mine[key].uid if key in mine else None
    await contacts.refresh(account)
    completed = await run(f"{_COMPLETED} RETURNING at", account.customer_id, programme_id, from_id)
    return Carried(len(before), before, bool(completed))


async def take_back(account: Account, carried: Carried, *, by: Actor) -> None:
    """Let stand again what stood before answers were carried over; what was said since stays."""
    programme_id = account.programme.id
    now = await standing(programme_id, account.customer_id, account.now)
    by_key = {question.key: question for question in await questions.listed(programme_id)}
    for key, uid in carried.before.items():
        if key not in now or now[key].source is not AnswerSource.MERGE:
            continue
        question = by_key[key]
        wording = await shown(programme_id, question, now[key].number)
        earlier = await one(_EARLIER, programme_id, uid) if uid else None
        if earlier is None:
            await writing.withdraw(account, question, wording.id, source=AnswerSource.MERGE, by=by)
        else:
            answer = Answer(tuple(loads(earlier["options"])), earlier["body"])
            await writing.give(
                account, question, earlier["wording_id"], answer, source=AnswerSource.MERGE, by=by
            )
    if carried.completed:
        await run(
            "DELETE FROM profile_completions WHERE programme_id = {} AND customer_id = {}", *account.key
        )
    await contacts.refresh(account)


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
