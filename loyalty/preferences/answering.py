"""A member's answers: a section saved on its own, an answer withdrawn (PRODUCT L1, L2)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from db.engine import atomic, retried
from db.enums import AnswerSource, QuestionKind, QuestionRole, QuestionSection
from loyalty import audit
from loyalty.errors import LoyaltyError, NotFound, Stale
from loyalty.ledger.accounts import Account
from loyalty.ledger.locking import locked
from loyalty.preferences import birthdays, contacts, questions, standing, writing
from loyalty.preferences.current import Asked, Part, parts_of
from loyalty.preferences.rewarding import Followed, follow
from loyalty.preferences.wordings import shown
from loyalty.rules.actors import Actor
from loyalty.rules.preferences import NOTHING, Answer, answer

SECTIONS = {
    QuestionSection.INTERESTS: "interests",
    QuestionSection.COMMUNICATION: "messages",
    QuestionSection.VALUES: "values",
    QuestionSection.REWARDS: "reward preferences",
    QuestionSection.PROFILE: "profile",
}


@dataclass(frozen=True, slots=True)
class Sent:
    """What came with a form for one question: the values, and the number of the wording that was shown."""

    values: Sequence[str]
    wording: int


@dataclass(frozen=True, slots=True)
class Saved:
    """The sentence for the member, how many answers changed, and what followed from it."""

    sentence: str
    changed: int
    followed: Followed = field(default_factory=Followed)


class Unanswerable(LoyaltyError):
    """Some answers can't be; `errors` has a sentence for each question's key. Nothing was saved."""

    status = 422

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__("Please look at the answers marked below. Nothing is lost.")
        self.errors = dict(errors)


@retried
async def save(
    programme_id: int,
    customer_id: int,
    section: QuestionSection,
    sent: Mapping[str, Sent],
    *,
    version: int | None,
    by: Actor,
    source: AnswerSource,
) -> Saved:
    """Save one fieldset: what was shown and left empty is withdrawn, what wasn't shown stays as it is.

    Saving what stands already changes nothing, however often. Raises Unanswerable by question, Stale when
    the answers were changed elsewhere since `version`, NotFound.
    """
    async with atomic():
        account = await locked(programme_id, customer_id)
        who = await standing.person(*account.key)
        given = await standing.standing(*account.key, account.now)
        asked = await questions.published(programme_id)
        parts = parts_of(asked, who, given, account.programme.time_zone)
        part = next((each for each in parts if each.section is section), None)
        if part is None:
            raise NotFound("Nothing is asked here any more.")
        _refuse_gone(part, sent)
        wanted = await _read(account, part, sent)
        changes = [(each, new) for each, new in wanted if _differs(each, new)]
        if not changes:
            return Saved(f"Your {SECTIONS[section]} are saved", 0)
        if version != part.version:
            raise Stale("Your answers were changed elsewhere meanwhile, so nothing was saved yet.")
        for each, new in changes:
            await _write(account, each, new, sent[each.question.key].wording, source, by)
        if section is QuestionSection.COMMUNICATION:
            await contacts.refresh(account)
        await _record(account, section, len(changes), by=by)
        followed = await follow(
            account, [(each.question, new) for each, new in changes], by=by, source=source
        )
        return Saved(f"Your {SECTIONS[section]} are saved", len(changes), followed)


@retried
async def withdraw(
    programme_id: int, customer_id: int, question_uid: str, *, by: Actor, source: AnswerSource
) -> str:
    """Take an answer back; it works at once. The sentence says what was done; a second time is the same.

    Consent to channels is answered with none, so that an older agreement doesn't stand again. Raises NotFound.
    """
    async with atomic():
        account = await locked(programme_id, customer_id)
        question = await questions.find(programme_id, question_uid)
        if question.wording_id is None:
            raise NotFound("This was never asked.")
        done = f"“{question.shown.title}” is withdrawn"
        given = (await standing.standing(*account.key, account.now)).get(question.key)
        if question.kind is QuestionKind.BIRTHDAY:
            await birthdays.change(account, (None, None, None), None, by=by)
        if question.role is QuestionRole.CHANNELS:
            if given is None or given.answer.options:
                await writing.give(account, question, question.wording_id, NOTHING, source=source, by=by)
        elif given is None and question.kind is not QuestionKind.BIRTHDAY:
            return done
        elif given is not None:
            await writing.withdraw(account, question, question.wording_id, source=source, by=by)
        if question.section is QuestionSection.COMMUNICATION:
            await contacts.refresh(account)
        await audit.record(
            programme_id,
            "preferences.withdrawn",
            ("customer", customer_id),
            "{customer} withdrew an answer",
            by=by,
            customer_id=customer_id,
            after={"question": question.shown.title},
        )
        return done


New = Answer | tuple[int | None, int | None, int | None]
"""A question's new answer; month, day and year for a birthday."""


def _refuse_gone(part: Part, sent: Mapping[str, Sent]) -> None:
    gone = set(sent) - {each.question.key for each in part.asked}
    if gone:
        raise Stale(
            "One of these questions isn't asked any more. Your other answers are below; save them again."
        )


async def _read(account: Account, part: Part, sent: Mapping[str, Sent]) -> list[tuple[Asked, New]]:
    wanted: list[tuple[Asked, New]] = []
    errors: dict[str, str] = {}
    for each in part.asked:
        question = each.question
        if question.key not in sent:
            continue
        came = sent[question.key]
        try:
            if question.kind is QuestionKind.BIRTHDAY:
                wanted.append((each, birthdays.read(came.values, birthdays.today(account))))
            else:
                saw = await shown(account.programme.id, question, came.wording)
                wanted.append((each, answer(question.kind, saw.words, question.shown, came.values)))
        except LoyaltyError as refusal:
            errors[question.key] = str(refusal)
    if errors:
        raise Unanswerable(errors)
    return wanted


def _differs(each: Asked, new: New) -> bool:
    if isinstance(new, tuple):
        return new != each.birthday
    if each.question.role is QuestionRole.CHANNELS and each.given is None:
        return True  # what stood there was only assumed; now it was said
    return new != each.answer


async def _write(
    account: Account, each: Asked, new: New, wording: int, source: AnswerSource, by: Actor
) -> None:
    question = each.question
    saw = await shown(account.programme.id, question, wording)
    if isinstance(new, tuple):
        who = await standing.person(*account.key)
        try:
            await birthdays.change(account, new, who.birthday_changed_at, by=by)
        except LoyaltyError as refusal:
            raise Unanswerable({question.key: str(refusal)}) from refusal
        new = NOTHING
        if (await standing.person(*account.key)).born:
            await writing.give(account, question, saw.id, NOTHING, source=source, by=by)
            return
    if new.empty and question.role is not QuestionRole.CHANNELS:
        await writing.withdraw(account, question, saw.id, source=source, by=by)
        return
    await writing.give(account, question, saw.id, new, source=source, by=by)


async def _record(account: Account, section: QuestionSection, changed: int, *, by: Actor) -> None:
    await audit.record(
        account.programme.id,
        "preferences.answered",
        ("customer", account.customer_id),
        f"{{customer}} told us about their {SECTIONS[section]}",
        by=by,
        customer_id=account.customer_id,
        after={"section": section, "answers": changed},
    )
