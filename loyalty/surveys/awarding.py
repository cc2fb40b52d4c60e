"""What an outcome gives: points, a reward, what the earning rules say; once a customer and survey (PRODUCT L3)."""

from dataclasses import dataclass

from db.engine import run, value
from db.enums import EarningTrigger, EntryKind, IssuedSource, RewardStatus, SurveyKind
from db.ids import new_id
from loyalty.earning.actions import award as award_by_rules
from loyalty.ledger import lifetimes
from loyalty.ledger.accounts import Account
from loyalty.ledger.entries import Posting
from loyalty.ledger.posting import credit
from loyalty.ledger.qualifying import evaluate_soon
from loyalty.rewards import catalogue, issuing
from loyalty.rules.actors import Actor
from loyalty.rules.surveys.definitions import Outcome
from loyalty.surveys.stored import Survey

TRIGGERS = {
    SurveyKind.QUIZ: EarningTrigger.QUIZ,
    SurveyKind.POLL: EarningTrigger.POLL,
    SurveyKind.CHALLENGE: EarningTrigger.CHALLENGE,
    SurveyKind.PLEDGE: EarningTrigger.CHALLENGE,
}

# Once a person: also where another record of theirs, merged into this one, was given it.
_AWARDED = """SELECT 1 FROM survey_awards w JOIN customers c ON c.programme_id = w.programme_id AND c.id = w.customer_id
    WHERE w.programme_id = {} AND w.survey_id = {} AND (c.id = {} OR c.merged_into = {})"""
_INSERT = """INSERT INTO survey_awards (programme_id, id, survey_id, customer_id, outcome, points, entry_id,
      issued_reward_id, at) VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {})"""


@dataclass(frozen=True, slots=True)
class Award:
    """What was given now: points in all, and a reward's name and code."""

    points: int = 0
    reward: str = ""
    code: str = ""


async def award(account: Account, survey: Survey, outcome: Outcome, *, by: Actor) -> Award:
    """Give what the outcome gives, in the caller's transaction, under the account's lock.

    Another outcome later gives nothing more. A reward that was archived meanwhile is left out.
    """
    me = account.customer_id
    if await value(_AWARDED, account.programme.id, survey.id, me, me) is not None:
        return Award()
    key = f"survey:{survey.uid}:{account.customer_uid}"
    entry_id, points = None, 0
    if outcome.points:
        entry_id, points = await _credit(account, survey, outcome, key, by=by), outcome.points
    by_rule = await award_by_rules(account, TRIGGERS[survey.kind], key=key, by=by, comment=survey.shown.title)
    points += sum(entry.points for entry in by_rule)
    issued = await _issue(account, outcome, key)
    await run(
        _INSERT,
        account.programme.id,
        new_id(account.now),
        survey.id,
        account.customer_id,
        outcome.key,
        points,
        entry_id,
        issued.id if issued else None,
        account.now,
    )
    if points:
        await evaluate_soon(account)
    return Award(points, issued.reward_name if issued else "", issued.code if issued else "")


async def _credit(account: Account, survey: Survey, outcome: Outcome, key: str, *, by: Actor) -> int:
    entry = await credit(
        account,
        Posting(
            kind=EntryKind.BONUS,
            points=outcome.points,
            key=f"{key}:outcome",
            by=by,
            available_at=account.now,
            expires_at=lifetimes.expiry(account, account.now),
            breakdown={"survey": survey.shown.title, "outcome": outcome.title},
            comment=survey.shown.title,
            body=("survey",),
        ),
    )
    return entry.id


async def _issue(account: Account, outcome: Outcome, key: str) -> issuing.IssuedReward | None:
    if not outcome.reward:
        return None
    reward = await catalogue.find(account.programme.id, outcome.reward)
    if reward.about.status is not RewardStatus.ACTIVE:
        return None
    return await issuing.issue(account, reward, IssuedSource.SURVEY, key=f"{key}:reward")
