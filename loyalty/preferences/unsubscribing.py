"""Stopping messages at one press, without signing in (PRODUCT L1, M5; RFC 8058)."""

from dataclasses import dataclass, replace

from db.engine import atomic, retried
from db.enums import AnswerSource, ContactChannel, QuestionRole, QuestionStatus
from loyalty import audit
from loyalty.ledger.accounts import Account
from loyalty.ledger.locking import locked
from loyalty.preferences import contacts, questions, ready_made, standing, storing, writing
from loyalty.preferences.questions import Question
from loyalty.rules.actors import SYSTEM, Actor
from loyalty.rules.preferences import Answer

NAMES = {
    ContactChannel.EMAIL: "e-mails",
    ContactChannel.SMS: "text messages",
    ContactChannel.PORTAL: "messages in the portal",
}


@dataclass(frozen=True, slots=True)
class Stopped:
    """What to say, and whether anything changed by it."""

    sentence: str
    changed: bool


@retried
async def stop(
    programme_id: int, customer_id: int, channel: ContactChannel, *, by: Actor, source: AnswerSource
) -> Stopped:
    """Send nothing more by this channel but what must be told. Twice is the same as once. Raises NotFound."""
    async with atomic():
        account = await locked(programme_id, customer_id)
        return await _choose(account, channel, False, by=by, source=source)


@retried
async def resume(
    programme_id: int, customer_id: int, channel: ContactChannel, *, by: Actor, source: AnswerSource
) -> Stopped:
    """Take an unsubscription back: the press was a mistake. Raises NotFound."""
    async with atomic():
        account = await locked(programme_id, customer_id)
        return await _choose(account, channel, True, by=by, source=source)


async def _choose(
    account: Account, channel: ContactChannel, wanted: bool, *, by: Actor, source: AnswerSource
) -> Stopped:
    question = await _channels(account)
    given = (await standing.standing(*account.key, account.now)).get(question.key)
    who = await standing.person(*account.key)
    had = set(given.answer.options) if given else ({"email"} if who.agreed else set()) | {"portal"}
    sentence = (
        f"You get {NAMES[channel]} again"
        if wanted
        else f"You won’t get {NAMES[channel]} about offers any more"
    )
    if given is not None and (channel in had) is wanted:
        return Stopped(sentence, False)
    now = had | {channel} if wanted else had - {channel}
    assert question.wording_id is not None
    new = Answer(tuple(each.value for each in ContactChannel if each in now))
    await writing.give(account, question, question.wording_id, new, source=source, by=by)
    await contacts.refresh(account)
    await audit.record(
        account.programme.id,
        "preferences.resubscribed" if wanted else "preferences.unsubscribed",
        ("customer", account.customer_id),
        f"{{customer}} {'gets' if wanted else 'unsubscribed from'} {NAMES[channel]}{' again' if wanted else ''}",
        by=by,
        customer_id=account.customer_id,
        after={"channel": channel, "source": source},
    )
    return Stopped(sentence, True)


async def _channels(account: Account) -> Question:
    """The question about channels. Unsubscribing works where the merchant never asked it, too: then it is
    written down, archived, so that the answer has its wording.
    """
    found = await questions.with_role(account.programme.id, QuestionRole.CHANNELS)
    if found is None:
        uid = f"channels-{account.programme.id}"[:22]
        await storing.place(account.programme.id, ready_made.CHANNELS, uid, account.now)
        found = await storing.lock(account.programme.id, uid)
        await storing.stand(account.programme.id, found.id, QuestionStatus.ARCHIVED, None)
    if found.wording_id is None:
        wording_id = await storing.publish(account.programme.id, found.id, by=SYSTEM, now=account.now)
        await storing.stand(account.programme.id, found.id, found.status, wording_id)
        found = replace(found, wording_id=wording_id)
    return found
