"""Why a campaign can't be sent as it is, each with what to do about it."""

from collections.abc import Iterable
from dataclasses import dataclass

from db.engine import one, rows
from db.enums import OfferKind
from loyalty.campaigns import stored, writing
from loyalty.campaigns.stored import Campaign
from loyalty.campaigns.writing import Text
from loyalty.errors import Invalid
from loyalty.rules.campaigns.fields import Field
from loyalty.settings import settings

ALWAYS = frozenset({"points_balance", "programme"})
"""Fields that everybody has a value for; every other needs to say what to write instead."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, and the step on which it is put right."""

    step: str
    sentence: str


async def problems(programme_id: int, campaign: Campaign) -> tuple[Problem, ...]:
    """Everything that keeps it from being scheduled, in the order of the steps; empty: nothing does."""
    return (
        *await _audience(programme_id, campaign),
        *await _offer(programme_id, campaign),
        *await _message(programme_id, campaign),
        *await _general(programme_id, campaign),
        *_server(),
    )


async def text(programme_id: int, campaign: Campaign) -> Text:
    """Its message in parts. Raises Invalid naming the field."""
    return writing.text(campaign.message, await questions(programme_id))


async def general(programme_id: int, campaign: Campaign) -> Text | None:
    """What the broadcast arm reads, in parts; None: there is no such arm. Its links follow the message's.

    Raises Invalid naming the field.
    """
    if not campaign.broadcast:
        return None
    before = len((await text(programme_id, campaign)).body.links)
    try:
        return writing.text(campaign.general, await questions(programme_id), links_before=before)
    except Invalid as wrong:
        raise Invalid(str(wrong), field=f"general_{wrong.field or 'body'}") from wrong


async def questions(programme_id: int) -> tuple[str, ...]:
    """The keys that preference fields may name."""
    found = await rows(
        "SELECT key FROM preference_questions WHERE programme_id = {} ORDER BY key", programme_id
    )
    return tuple(row["key"] for row in found)


def uncertain(said: Text, campaign: Campaign) -> tuple[Field, ...]:
    """Fields that somebody may have no value for and that don't say what to write instead. PRODUCT M2."""
    sure = ALWAYS | ({"code"} if campaign.offer.kind is OfferKind.REWARD else set())
    return tuple(field for field in said.fields if field.fallback is None and field.name not in sure)


async def _audience(programme_id: int, campaign: Campaign) -> tuple[Problem, ...]:
    wanted = await stored.wanted(programme_id, campaign.id)
    gone = [each.name for each in wanted if each.archived]
    if gone:
        return (Problem("audience", f"The segment {gone[0]} is archived. Choose another."),)
    if not campaign.everybody and all(each.excluded for each in wanted):
        return (Problem("audience", "Choose a segment, or all members."),)
    return ()


async def _offer(programme_id: int, campaign: Campaign) -> tuple[Problem, ...]:
    if campaign.offer.kind is not OfferKind.REWARD:
        return ()
    reward = await one(
        "SELECT name, status FROM rewards WHERE programme_id = {} AND uid = {}",
        programme_id,
        campaign.offer.reward,
    )
    if reward is not None and reward["status"] == "active":
        return ()
    return (Problem("offer", "The reward isn’t offered any more. Choose another."),)


async def _message(programme_id: int, campaign: Campaign) -> tuple[Problem, ...]:
    message = campaign.message
    if not message.subject.strip() or not message.body.strip():
        return (Problem("message", "Write a subject and a text."),)
    try:
        said = await text(programme_id, campaign)
    except Invalid as wrong:
        return (Problem("message", str(wrong)),)
    return _fallbacks("message", uncertain(said, campaign))


async def _general(programme_id: int, campaign: Campaign) -> tuple[Problem, ...]:
    if not campaign.broadcast:
        return ()
    if not campaign.general.subject.strip() or not campaign.general.body.strip():
        return (Problem("schedule", "Write a subject and a text for the general message."),)
    try:
        said = await general(programme_id, campaign)
    except Invalid as wrong:
        return (Problem("schedule", str(wrong)),) if (wrong.field or "").startswith("general_") else ()
    assert said is not None
    return _fallbacks("schedule", uncertain(said, campaign.as_general))


def _fallbacks(step: str, lacking: Iterable[Field]) -> tuple[Problem, ...]:
    return tuple(
        Problem(
            step,
            f"Somebody may have nothing for {{{{ {field.name} }}}}. Say what to write instead:"
            f" {{{{ {field.name} | … }}}}.",
        )
        for field in dict.fromkeys(lacking)
    )


def _server() -> tuple[Problem, ...]:
    chosen = settings()
    if chosen.smtp_url or not chosen.production:
        return ()
    return (Problem("review", "No mail server is set: ask whoever runs this to set REGULARS_SMTP_URL."),)
