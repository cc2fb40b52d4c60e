"""A set of questions for a new programme, to be reworded and added to."""

import hashlib
from dataclasses import replace

from db.engine import atomic, retried
from db.enums import QuestionKind, QuestionRole, QuestionSection, QuestionStatus
from loyalty import audit, clock
from loyalty.preferences import questions, storing
from loyalty.rules.actors import Actor
from loyalty.rules.preferences import Draft, Option, Words, checked


def _draft(
    section: QuestionSection,
    kind: QuestionKind,
    key: str,
    title: str,
    purpose: str,
    *offered: tuple[str, str],
    hint: str = "",
    role: QuestionRole = QuestionRole.NONE,
) -> Draft:
    words = Words(title, hint, purpose, tuple(Option(*each) for each in offered))
    return checked(Draft(section=section, kind=kind, words=words, key=key, role=role))


CHANNELS = _draft(
    QuestionSection.COMMUNICATION,
    QuestionKind.MANY,
    "channels",
    "How may we write to you?",
    "We send offers and news only where you say yes.",
    ("email", "E-mail"),
    ("sms", "Text message"),
    ("portal", "Messages in this portal"),
    role=QuestionRole.CHANNELS,
)

OPENS = _draft(
    QuestionSection.COMMUNICATION,
    QuestionKind.MANY,
    "opens",
    "May we see whether you open our e-mails?",
    "To write less of what nobody reads. A small picture in the e-mail tells us; without a yes there is none.",
    ("opens", "Yes, you may"),
    role=QuestionRole.OPENS,
)
"""Asked only where a programme measures opens."""

SET = (
    _draft(
        QuestionSection.INTERESTS,
        QuestionKind.MANY,
        "interests",
        "What are you interested in?",
        "We show you these first, and write to you about nothing else.",
        ("new_products", "New products"),
        ("classics", "The classics"),
        ("limited_editions", "Limited editions"),
        ("events", "Events and classes"),
    ),
    CHANNELS,
    _draft(
        QuestionSection.COMMUNICATION,
        QuestionKind.MANY,
        "topics",
        "What should we write about?",
        "Anything else we keep to ourselves.",
        ("weekly_digest", "A weekly digest"),
        ("new_rewards", "Only new rewards"),
        ("big_sales", "Only big sales"),
        hint="Tick none to hear about everything.",
        role=QuestionRole.TOPICS,
    ),
    _draft(
        QuestionSection.COMMUNICATION,
        QuestionKind.ONE,
        "pause",
        "Need a break from messages?",
        "We are quiet until then and start again by ourselves.",
        ("month", "Pause for a month"),
        ("quarter", "Pause for three months"),
        ("half_year", "Pause for half a year"),
        role=QuestionRole.PAUSE,
    ),
    _draft(
        QuestionSection.VALUES,
        QuestionKind.MANY,
        "values",
        "What matters to you?",
        "It decides what we tell you about how things are made.",
        ("sustainability", "Sustainability"),
        ("local", "Local suppliers"),
        ("animal_welfare", "Animal welfare"),
        ("community", "Giving to the community"),
    ),
    _draft(
        QuestionSection.REWARDS,
        QuestionKind.ONE,
        "reward_style",
        "Which rewards do you like best?",
        "We show you rewards of this kind first.",
        ("discounts", "Discounts"),
        ("free_products", "Free products"),
        ("experiences", "Experiences over discounts"),
        ("donations", "Giving them away"),
    ),
    _draft(
        QuestionSection.PROFILE,
        QuestionKind.FREQUENCY,
        "shopping_rhythm",
        "How often do you come by?",
        "We remind you no more often than you come.",
        ("weekly", "Every week"),
        ("monthly", "Every month"),
        ("rarely", "Now and then"),
    ),
    _draft(
        QuestionSection.PROFILE,
        QuestionKind.BIRTHDAY,
        "birthday",
        "When is your birthday?",
        "For a surprise, and for nothing else. The year may stay empty.",
    ),
)


async def ask_about_opens(programme_id: int, *, by: Actor) -> None:
    """Ask members at once whether their opens may be measured, unless the merchant has such a question, in the
    caller's transaction.
    """
    if await questions.with_role(programme_id, QuestionRole.OPENS) is not None:
        return
    uid, now = hashlib.sha256(f"ready:{programme_id}:opens".encode()).hexdigest()[:22], clock.now()
    key = await storing.free_key(programme_id, OPENS.key)
    await storing.place(programme_id, replace(OPENS, key=key), uid, now)
    placed = await storing.lock(programme_id, uid)
    wording_id = await storing.publish(programme_id, placed.id, by=by, now=now)
    await storing.stand(programme_id, placed.id, QuestionStatus.PUBLISHED, wording_id)


@retried
async def add(programme_id: int, *, by: Actor) -> int:
    """Write the questions of the set that the programme doesn't have, as drafts. How many there were."""
    async with atomic():
        known = await questions.listed(programme_id)
        keys = {question.key for question in known}
        roles = {question.role for question in known} - {QuestionRole.NONE}
        missing = [draft for draft in SET if draft.key not in keys and draft.role not in roles]
        for draft in missing:
            uid = hashlib.sha256(f"ready:{programme_id}:{draft.key}".encode()).hexdigest()[:22]
            await storing.place(programme_id, draft, uid, clock.now())
        if missing:
            await audit.record(
                programme_id,
                "preferences.set_added",
                ("programme", programme_id),
                f"{len(missing)} questions were added as drafts",
                by=by,
                after={"questions": ", ".join(draft.words.title for draft in missing)},
            )
        return len(missing)
