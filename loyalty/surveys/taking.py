"""A member takes part: a quiz finished, a vote, a challenge or pledge taken up or given up (PRODUCT L3)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from db.engine import atomic, retried
from db.enums import ResponseState, SurveyKind
from loyalty import audit
from loyalty.errors import AlreadyDone, Invalid, LoyaltyError, NotFound
from loyalty.ledger.accounts import Account
from loyalty.ledger.locking import locked
from loyalty.rules.actors import Actor, themself
from loyalty.rules.surveys import goals, scoring
from loyalty.rules.surveys.definitions import Definition, Outcome
from loyalty.surveys import advancing, awarding, declared, responses, stored
from loyalty.surveys.awarding import Award
from loyalty.surveys.responses import Response
from loyalty.surveys.stored import Survey

STARTED = "started"
"""What somebody has declared who took a pledge or challenge up and hasn't reached it yet."""


class Closed(LoyaltyError):
    """It isn't open: not yet, not any more, or never was."""

    status = 409


@dataclass(frozen=True, slots=True)
class Taken:
    """How it ended, what it gave now, and the sentence for the member. `repeated`: nothing changed."""

    outcome: Outcome | None
    sentence: str
    award: Award = field(default_factory=Award)
    repeated: bool = False


@retried
async def finish(
    programme_id: int, customer_id: int, uid: str, answers: Mapping[str, str], *, by: Actor
) -> Taken:
    """Finish a quiz. Answering again later changes the result, and gives nothing more.

    Raises Invalid naming the question without an answer, Closed, NotAMember, NotFound.
    """
    async with atomic():
        account, survey, live, before = await _opened(programme_id, customer_id, uid, SurveyKind.QUIZ)
        given = scoring.valid_answers(live, answers)
        outcome = scoring.result(live, given)
        if before and before.answers == given and before.outcome == outcome.key:
            return Taken(outcome, f"Your result: {outcome.title}", repeated=True)
        award = await _end(account, survey, before, outcome, given, by=by)
        await _record(
            account, "survey.answered", f"{{customer}} finished “{live.title}”", outcome, award, by=by
        )
        return Taken(outcome, _with(f"Your result: {outcome.title}", award, account), award)


async def keep(programme_id: int, customer_id: int, uid: str, answers: Mapping[str, str]) -> bool:
    """Finish, for who just signed in, a quiz they answered before. False: it can't be (closed, not a member)."""
    try:
        await finish(programme_id, customer_id, uid, answers, by=themself(customer_id))
    except LoyaltyError:
        return False
    return True


@retried
async def vote(programme_id: int, customer_id: int, uid: str, choice: str, *, by: Actor) -> Taken:
    """Vote, or vote otherwise; until the poll closes the last vote counts. Raises Invalid, Closed, NotAMember."""
    async with atomic():
        account, survey, live, before = await _opened(programme_id, customer_id, uid, SurveyKind.POLL)
        outcome = live.outcome(choice)
        if outcome is None:
            raise Invalid("Choose one of the answers.", field="choice")
        sentence = f"You voted for {outcome.title}"
        if before and before.outcome == choice:
            return Taken(outcome, sentence, repeated=True)
        award = await _end(account, survey, before, outcome, {}, by=by)
        await _record(account, "survey.voted", f"{{customer}} voted in “{live.title}”", outcome, award, by=by)
        return Taken(outcome, _with(sentence, award, account), award)


@retried
async def take_up(programme_id: int, customer_id: int, uid: str, *, by: Actor) -> Taken:
    """Take a challenge or pledge up; what counts begins now. Raises Closed, NotAMember, NotFound."""
    async with atomic():
        account, survey, live, before = await _opened(
            programme_id, customer_id, uid, SurveyKind.CHALLENGE, SurveyKind.PLEDGE
        )
        said = f"“{live.promise}”: we count with you" if live.promise else f"“{live.title}” has begun"
        if before is not None:
            return Taken(None, said, repeated=True)
        assert live.goal is not None
        zone = ZoneInfo(account.programme.time_zone)
        ends_at = goals.ends(live.goal, account.now, survey.closes_at, zone)
        await responses.begin(account, survey, state=ResponseState.OPEN, ends_at=ends_at)
        await declared.declare(account, survey.key, STARTED)
        await _record(
            account, "survey.taken_up", f"{{customer}} took up “{live.title}”", None, Award(), by=by
        )
        return Taken(None, said)


@retried
async def give_up(programme_id: int, customer_id: int, uid: str, *, by: Actor) -> Taken:
    """Withdraw: a vote, a result, a challenge that runs. What was given stays, and is never given again.

    Raises AlreadyDone when there is nothing to withdraw, NotFound.
    """
    async with atomic():
        account = await locked(programme_id, customer_id)
        survey = await stored.find(programme_id, uid)
        before = await responses.of_survey(*account.key, survey.id)
        if before is None:
            raise AlreadyDone("You don’t take part in this.")
        await responses.remove(account, before)
        await declared.declare(account, survey.key, None)
        title = survey.shown.title
        await _record(
            account, "survey.given_up", f"{{customer}} withdrew from “{title}”", None, Award(), by=by
        )
        return Taken(None, f"You don’t take part in “{title}” any more")


async def _opened(
    programme_id: int, customer_id: int, uid: str, *kinds: SurveyKind
) -> tuple[Account, Survey, Definition, Response | None]:
    account = await locked(programme_id, customer_id)
    account.require_member()
    survey = await stored.find(programme_id, uid)
    if survey.kind not in kinds:
        raise NotFound("There is no such quiz, poll or challenge here.")
    if not survey.is_open(account.now) or survey.live is None:
        raise Closed(
            f"“{survey.shown.title}” is closed; what you told us until then counts."
            if survey.is_over(account.now)
            else f"“{survey.shown.title}” isn’t open now."
        )
    return account, survey, survey.live, await responses.of_survey(*account.key, survey.id)


async def _end(
    account: Account,
    survey: Survey,
    before: Response | None,
    outcome: Outcome,
    answers: Mapping[str, str],
    *,
    by: Actor,
) -> Award:
    assert survey.edition_id is not None
    if before is None:
        await responses.begin(account, survey, state=ResponseState.DONE, outcome=outcome.key, answers=answers)
    else:
        await responses.change(
            account,
            before,
            edition_id=survey.edition_id,
            state=ResponseState.DONE,
            outcome=outcome.key,
            answers=answers,
        )
    await declared.declare(account, survey.key, outcome.key)
    award = await awarding.award(account, survey, outcome, by=by)
    await advancing.advance(account)
    return award


def _with(sentence: str, award: Award, account: Account) -> str:
    """What was given belongs into the sentence: “… and 100 points are yours”."""
    given = [account.programme.amount(award.points)] if award.points else []
    given += [award.reward] if award.reward else []
    if not given:
        return sentence
    return f"{sentence}. Yours: {' and '.join(given)}"


async def _record(
    account: Account, verb: str, sentence: str, outcome: Outcome | None, award: Award, *, by: Actor
) -> None:
    """The trail keeps that somebody took part and what it gave; what they answered is theirs to erase."""
    await audit.record(
        account.programme.id,
        verb,
        ("customer", account.customer_id),
        sentence,
        by=by,
        customer_id=account.customer_id,
        after={"points": award.points, "reward": award.reward} if outcome else {},
    )
