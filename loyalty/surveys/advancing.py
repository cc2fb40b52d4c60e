"""Challenges and pledges, as orders, reviews and referrals come in (PRODUCT L3)."""

from collections.abc import Sequence
from dataclasses import dataclass

from db.engine import atomic, retried, rows
from db.enums import ResponseState
from loyalty import audit, clock
from loyalty.ledger.accounts import Account
from loyalty.ledger.locking import locked
from loyalty.rules.actors import SYSTEM
from loyalty.rules.surveys import goals
from loyalty.rules.surveys.definitions import GOAL_REACHED, Definition
from loyalty.rules.surveys.goals import Progress
from loyalty.surveys import awarding, counting, declared, responses, stored
from loyalty.surveys.awarding import Award
from loyalty.surveys.responses import Response
from loyalty.surveys.stored import Survey

_OVER = """SELECT DISTINCT r.customer_id FROM survey_responses r
    WHERE r.programme_id = {} AND r.state = 'open' AND r.ends_at <= {} LIMIT 500"""


@dataclass(frozen=True, slots=True)
class Reached:
    """A challenge that just ended well, and what it gave."""

    survey: Survey
    award: Award


async def advance(account: Account) -> Sequence[Reached]:
    """See how far the customer's challenges are, in the caller's transaction, under the account's lock.

    One query where there is none. Reached ones give what they promise; those whose time is over are missed.
    """
    ended = []
    for response in await responses.running(*account.key):
        survey = await stored.by_id(account.programme.id, response.survey_id)
        said = await stored.edition(account.programme.id, survey, response.edition_id)
        now = goals.state(await progress(*account.key, said, response), response.ends_at, account.now)
        if now is ResponseState.OPEN:
            continue
        award = await _end(account, survey, said, response, now)
        if now is ResponseState.DONE:
            ended.append(Reached(survey, award))
    return ended


async def progress(programme_id: int, customer_id: int, said: Definition, response: Response) -> Progress:
    """How far a challenge is: what counts between taking it up and its end."""
    assert said.goal is not None
    counted = await counting.reached(
        programme_id, customer_id, said.goal, response.started_at, response.ends_at
    )
    return Progress(counted, said.goal.target)


async def end_overdue(programme_id: int) -> int:
    """Close the challenges whose time is over, a customer at a time. Returns how many customers were looked at."""
    found = await rows(_OVER, programme_id, clock.now())
    for row in found:
        await _look_at(programme_id, row["customer_id"])
    return len(found)


@retried
async def _look_at(programme_id: int, customer_id: int) -> None:
    async with atomic():
        await advance(await locked(programme_id, customer_id))


async def _end(
    account: Account, survey: Survey, said: Definition, response: Response, state: ResponseState
) -> Award:
    outcome = said.outcome(GOAL_REACHED)
    done = state is ResponseState.DONE and outcome is not None
    await responses.change(
        account,
        response,
        edition_id=response.edition_id,
        state=state,
        outcome=GOAL_REACHED if done else None,
        answers={},
    )
    if not done or outcome is None:
        return Award()
    await declared.declare(account, survey.key, GOAL_REACHED)
    given = await awarding.award(account, survey, outcome, by=SYSTEM)
    await audit.record(
        account.programme.id,
        "survey.reached",
        ("customer", account.customer_id),
        f"{{customer}} reached “{said.title}”",
        by=SYSTEM,
        customer_id=account.customer_id,
        after={"points": given.points, "reward": given.reward},
    )
    return given
