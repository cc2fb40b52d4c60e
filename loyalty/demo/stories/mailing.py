"""Campaigns: to the best customers and those who used to be, with some held back to measure by;
a bonus for two orders; a reward for less. PRODUCT M.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial

from db.engine import rows
from db.enums import Arm, ContactTopic, Objective, OfferKind
from loyalty import messages, programmes
from loyalty.campaigns import audience, clicks, drafting, editing, scheduling, sending, stored
from loyalty.campaigns.stored import Message
from loyalty.demo.almanac import Almanac
from loyalty.demo.stage import Scene, Stage
from loyalty.mail import delivering
from loyalty.rules.campaigns.channels import Channels
from loyalty.rules.campaigns.offers import NOTHING, Offer
from loyalty.segments import stored as segments

NAME = "Saffron buns for our regulars"
WANTED = ("At-Risk Loyals", "VIPs")
CURIOUS = 3
"""One in so many follows the link, and another opens the message in the portal."""

INES = "ines.okafor@example.com"
"""She hasn’t opened hers yet."""

GENERAL = 1_500
"""Who reads the news instead, to compare with; in basis points."""

WORDS = Message(
    subject="{{ first_name | Friend }}, the saffron buns are back",
    preheader="Warm from seven, until they are gone",
    body="""Hi **{{ first_name | there }}**,

from today the saffron buns are on the counter again, warm from seven until they are gone.

- You have **{{ points_balance }} points**, enough to think about it
- Next on your list: {{ next_reward | a coffee on us }}

[See what your points can do](/portal/rewards)

> See you at the counter, Mara""",
    why="You come for our buns and breads, or used to, and we would like to see you again.",
)
NEWS = Message(
    subject="News from the bakery",
    body="""Hello {{ first_name | there }}, the saffron buns are back on the counter.

[Open your points](/portal)""",
)
_POSTED = """SELECT r.customer_id, r.mail_id, r.arm, m.uid AS message, c.uid FROM campaign_recipients r
    JOIN customers c ON c.programme_id = r.programme_id AND c.id = r.customer_id
    LEFT JOIN portal_messages m ON m.programme_id = r.programme_id AND m.id = r.message_id
    WHERE r.programme_id = {} AND r.campaign_id = {} AND r.state = 'posted' ORDER BY r.customer_id"""

BY_MAIL, BOTH = Channels(), Channels.of(("email", "portal"))


@dataclass(frozen=True, slots=True)
class _Plan:
    """A campaign as Mara plans it: to whom, what it says and gives. `held_out` None: as usual.

    `general`: what a part reads instead.
    """

    name: str
    objective: Objective
    wanted: tuple[str, ...]
    words: Message
    topic: ContactTopic = ContactTopic.OTHER
    offer: Offer = NOTHING
    held_out: int | None = None
    general: Message | None = None
    channels: Channels = BY_MAIL


_BUNS = _Plan(NAME, Objective.WIN_BACK, WANTED, WORDS, general=NEWS, channels=BOTH)
_THANKS = _Plan(
    "A thank-you to our best",
    Objective.THANK,
    ("VIPs",),
    Message(
        subject="200 points for your next two orders, {{ first_name | friend }}",
        preheader="Because you keep coming",
        body="""Hi **{{ first_name | there }}**,

you keep this bakery going. Order twice in the next thirty days, and **200 points** come with the second order.

[See how far you are](/portal)

> Mara and everybody behind the counter""",
        why="You are one of those who come most often.",
    ),
    ContactTopic.NEW_REWARDS,
    Offer(kind=OfferKind.NTH_ORDER, nth=2, points=200, days=30),
    held_out=0,
    channels=BOTH,
)
_MUG = _Plan(
    "The mug for less",
    Objective.SPEND_POINTS,
    ("Points Savers", "Coffee people"),
    Message(
        subject="The enamel mug for a quarter less",
        preheader="For two weeks, for you",
        body="""Hi **{{ first_name | there }}**,

you have {{ points_balance }} points. For two weeks the **enamel mug** costs you a quarter less.

[To the rewards](/portal/rewards)""",
    ),
    ContactTopic.NEW_REWARDS,
    Offer(kind=OfferKind.PRICE_CUT, percent=25, days=14),
    held_out=1_000,
)
MUG = "Enamel mug"
"""What gets cheaper; its public id is known once the shelf stands."""


def scenes(almanac: Almanac) -> Iterator[Scene]:
    for plan, days in ((_BUNS, 12), (_THANKS, 4), (_MUG, 3)):
        yield Scene(almanac.at(days, 9, 40), partial(_write, plan))
        yield Scene(almanac.at(days, 10, 0), partial(_send, plan))
        yield Scene(almanac.at(days, 10, 10), partial(_arrive, plan))


async def _write(plan: _Plan, stage: Stage) -> None:
    p, by = stage.programme_id, stage.mara
    uids = [each.uid for name in plan.wanted for each in await segments.live(p) if each.name == name]
    made = (await drafting.begin(p, plan.name, plan.objective, by=by, key=plan.name)).campaign
    stage.marks[plan.name] = made.uid
    made = (
        await editing.aim(
            p, made.uid, everybody=not uids, segments=uids, without=(), version=made.version, by=by
        )
    ).campaign
    if plan.offer.gives:
        cut = plan.offer.kind is OfferKind.PRICE_CUT
        offer = replace(plan.offer, reward=stage.rewards[MUG].uid) if cut else plan.offer
        made = (await editing.offer(p, made.uid, offer, version=made.version, by=by)).campaign
    if plan.held_out is not None:
        made = (
            await editing.pace(p, made.uid, made.quiet, made.cap, plan.held_out, version=made.version, by=by)
        ).campaign
    if plan.general is not None:
        made = (
            await editing.pace(
                p, made.uid, made.quiet, made.cap, made.held_out, broadcast=GENERAL, general=plan.general,
                version=made.version, by=by,
            )
        ).campaign  # fmt: skip
    made = (
        await editing.say(p, made.uid, plan.words, plan.topic, plan.channels, version=made.version, by=by)
    ).campaign
    if (await audience.count(p, made)).reached:
        await scheduling.schedule(p, made.uid, None, version=made.version, by=by)


async def _send(plan: _Plan, stage: Stage) -> None:
    """As the worker does it."""
    await sending.work(stage.programme_id, (await stored.find(stage.programme_id, stage.marks[plan.name])).id)


async def _arrive(plan: _Plan, stage: Stage) -> None:
    """The mails were taken, and some readers looked, there or in the portal."""
    p, ines = stage.programme_id, await stage.customer(INES)
    campaign, programme = await stored.find(p, stage.marks[plan.name]), await programmes.get(p)
    for place, row in enumerate(await rows(_POSTED, p, campaign.id)):
        if row["mail_id"]:
            await delivering.as_sent(p, row["mail_id"])
        if place % CURIOUS == 1 and row["message"] and row["customer_id"] != ines:
            await messages.opened(p, row["customer_id"], row["message"])
        if place % CURIOUS == 0:
            link = 2 if row["arm"] == Arm.BROADCAST else 1
            await clicks.follow(clicks.path(programme, campaign, row["uid"], link).removeprefix("/c/"))
    await sending.work(p, campaign.id)
