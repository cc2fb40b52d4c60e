"""Questions, answers and a pool of surprises for tests."""

from typing import Any

from db.enums import AnswerSource, EarningTrigger, QuestionKind, QuestionRole, QuestionSection
from loyalty import clock
from loyalty.preferences import answering, editing, pool
from loyalty.preferences.answering import Saved, Sent
from loyalty.preferences.current import Center, center
from loyalty.preferences.questions import Question
from loyalty.rules import actors
from loyalty.rules.actors import SYSTEM, Actor
from loyalty.rules.preferences import Draft, Option, Words
from tests import factories
from tests.cast import Cast
from tests.factories import START, Made, Person
from tests.planting import plant

INTERESTS, COMMUNICATION, VALUES, REWARDS, PROFILE = QuestionSection


async def ask(
    title: str,
    *labels: str,
    section: QuestionSection = INTERESTS,
    kind: QuestionKind = QuestionKind.MANY,
    role: QuestionRole = QuestionRole.NONE,
    options: tuple[Option, ...] = (),
    programme_id: int = 1,
    publish: bool = True,
    **given: Any,
) -> Question:
    """A question as a merchant writes it, published unless told otherwise."""
    offered = options or tuple(Option("", label) for label in labels)
    draft = Draft(section=section, kind=kind, role=role, words=Words(title, options=offered), **given)
    made = (await editing.create(programme_id, draft, by=SYSTEM, key=title)).question
    return (await editing.publish(programme_id, made.uid, by=SYSTEM)).question if publish else made


async def ask_channels() -> Question:
    offered = (Option("email", "E-mail"), Option("sms", "Text message"), Option("portal", "Portal"))
    return await ask("How may we write?", section=COMMUNICATION, role=QuestionRole.CHANNELS, options=offered)


async def ask_topics() -> Question:
    offered = (Option("weekly_digest", "Digest"), Option("new_rewards", "Only new rewards"))
    return await ask("About what?", section=COMMUNICATION, role=QuestionRole.TOPICS, options=offered)


async def ask_pause() -> Question:
    offered = (Option("month", "A month"), Option("quarter", "Three months"))
    return await ask(
        "A break?", section=COMMUNICATION, kind=QuestionKind.ONE, role=QuestionRole.PAUSE, options=offered
    )


async def ask_birthday() -> Question:
    return await ask("When is your birthday?", section=PROFILE, kind=QuestionKind.BIRTHDAY)


async def tell(
    person: Person,
    section: QuestionSection = INTERESTS,
    *,
    version: int | None = -1,
    source: AnswerSource = AnswerSource.PORTAL,
    wording: int | None = None,
    **answers: str | list[str],
) -> Saved:
    """What a member saves in one section of their page, as it is now unless a `version` is given."""
    now = await seen(person)
    part = now.part(section)
    numbers = {each.question.key: each.question.number or 0 for each in part.asked} if part else {}
    sent = {
        key: Sent([given] if isinstance(given, str) else given, wording or numbers.get(key, 1))
        for key, given in answers.items()
    }
    return await answering.save(
        person.programme_id,
        person.id,
        section,
        sent,
        version=(part.version if part else 0) if version == -1 else version,
        by=themself(person),
        source=source,
    )


async def seen(person: Person) -> Center:
    return await center(person.programme_id, person.id)


def themself(person: Person) -> Actor:
    return actors.themself(person.id)


async def bonus(points: int = 250) -> Made:
    """An earning rule that pays for a complete profile."""
    return await factories.earning_rule(1, EarningTrigger.PROFILE, points)


async def prize(name: str = "50 points", weight: int = 1, **given: Any) -> None:
    chosen = given if "reward_uid" in given else {"points": 50, **given}
    await pool.add(1, pool.Wanted(name, weight, **chosen), by=SYSTEM, key=name)


async def story(cast: Cast, reward: Made) -> None:
    """Ines answered twice, and drew a reward for her birthday."""
    with clock.at(START):
        likes = await ask("What do you like?", "Bread", "Coffee")
        await ask_birthday()
        await prize("A mug", reward_uid=reward.uid)
        await tell(cast.ines, **{likes.key: "bread"})
        await tell(cast.ines, **{likes.key: ["bread", "coffee"]})
        await tell(cast.ines, PROFILE, when_is_your_birthday=["5", "17", ""])


PLANTS = (
    plant(
        "standing_answer_is_the_latest",
        "preference_current",
        "UPDATE preference_current SET answer_id = (SELECT min(a.id) FROM preference_answers a"
        " WHERE a.programme_id = {p} AND a.question_id = preference_current.question_id)"
        " WHERE programme_id = {p}",
    ),
    plant(
        "choice_has_its_answer",
        "preference_current",
        "DELETE FROM preference_current WHERE programme_id = {p}",
    ),
    plant(
        "draw_gave_its_prize",
        "surprise_draws",
        "UPDATE surprise_draws SET customer_id = {rex} WHERE programme_id = {p}",
    ),
)
