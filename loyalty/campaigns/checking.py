"""Why a campaign can't be sent as it is, each with what to do about it."""

from collections.abc import Iterable
from dataclasses import dataclass

from db.engine import one, rows
from db.enums import Arm, ContactChannel, OfferKind
from loyalty.campaigns import audience, codes, stored, writing
from loyalty.campaigns.stored import Campaign
from loyalty.campaigns.writing import Text
from loyalty.endpoints import setting
from loyalty.errors import Invalid
from loyalty.rules.campaigns.arms import sizes
from loyalty.rules.campaigns.fields import Field
from loyalty.rules.campaigns.offers import Offer
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
        *await _channels(programme_id, campaign),
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
    sure = ALWAYS | ({"code"} if campaign.offer.has_code else set())
    return tuple(field for field in said.fields if field.fallback is None and field.name not in sure)


async def _audience(programme_id: int, campaign: Campaign) -> tuple[Problem, ...]:
    wanted = await stored.wanted(programme_id, campaign.id)
    gone = [each.name for each in wanted if each.archived]
    if gone:
        return (Problem("audience", f"The segment {gone[0]} is archived. Choose another."),)
    if not campaign.everybody and all(each.excluded for each in wanted):
        return (Problem("audience", "Choose a segment, or all members."),)
    return ()


async def unoffered(programme_id: int, offer: Offer) -> str:
    """Why its reward can't be given or made cheaper; empty: it can, or it has none."""
    if not offer.reward:
        return ""
    reward = await one(
        "SELECT name, status, redeemable FROM rewards WHERE programme_id = {} AND uid = {}",
        programme_id,
        offer.reward,
    )
    if reward is None or reward["status"] != "active":
        return "The reward isn’t offered any more."
    if offer.kind is OfferKind.PRICE_CUT and not reward["redeemable"]:
        return f"{reward['name']} can’t be had for points, so it can’t get cheaper."
    return ""


async def enough_codes(programme_id: int, campaign: Campaign, reached: int) -> tuple[Problem, ...]:
    """Whether there is a code for everybody who would get the campaign, of the `reached` that aren't held back."""
    if campaign.offer.kind is not OfferKind.CODE:
        return ()
    left = (await codes.pool(programme_id, campaign.id)).left
    if left >= reached:
        return ()
    treated = sizes(reached, campaign.shares)[Arm.TREATMENT]
    if left * 2 > treated:  # near enough that the draw itself decides
        treated = await audience.treated(programme_id, campaign)
    if left >= treated:
        return ()
    there = "There is 1 code" if left == 1 else f"There are {left:,} codes"
    people = "1 person" if treated == 1 else f"{treated:,} people"
    return (
        Problem("offer", f"{there} for {people}. Bring {treated - left:,} more, or choose fewer people."),
    )


async def _offer(programme_id: int, campaign: Campaign) -> tuple[Problem, ...]:
    sentence = await unoffered(programme_id, campaign.offer)
    return (Problem("offer", f"{sentence} Choose another."),) if sentence else ()


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


async def _channels(programme_id: int, campaign: Campaign) -> tuple[Problem, ...]:
    chosen, found = settings(), []
    if ContactChannel.EMAIL in campaign.channels and chosen.production and not chosen.smtp_url:
        sentence = "No mail server is set: ask whoever runs this to set REGULARS_SMTP_URL."
        found.append(Problem("review", sentence))
    if ContactChannel.SMS in campaign.channels and not await setting.is_set(programme_id):
        sentence = "Nothing takes text messages: set an endpoint in the settings, or leave them out."
        found.append(Problem("message", sentence))
    return tuple(found)
