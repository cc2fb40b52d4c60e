"""Campaigns: to the best customers and those who used to be, with some held back to measure by;
a bonus for two orders; a reward for less, as a text message, too. Some agreed that it is measured whether they
open their mails, and one mail came back. PRODUCT M.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial

from db.engine import Row, rows
from db.enums import (
    AnswerSource,
    Arm,
    ContactTopic,
    Objective,
    OfferKind,
    QuestionRole,
    QuestionSection,
)
from loyalty import messages, programmes
from loyalty.bounces import taking
from loyalty.campaigns import audience, clicks, drafting, editing, opening, scheduling, sending, stored
from loyalty.campaigns.stored import Message
from loyalty.demo.almanac import Almanac
from loyalty.demo.stage import Scene, Stage
from loyalty.endpoints import calling, setting
from loyalty.mail import delivering
from loyalty.preferences import answering
from loyalty.preferences.answering import Sent
from loyalty.preferences.current import center
from loyalty.programme_details import editing as editing_details
from loyalty.rules.actors import themself
from loyalty.rules.bounces import MailName, Report, ReportKind
from loyalty.rules.campaigns.channels import Channels
from loyalty.rules.campaigns.offers import NOTHING, Offer
from loyalty.rules.orders import normalised_email
from loyalty.segments import stored as segments

NAME = "Saffron buns for our regulars"
WANTED = ("At-Risk Loyals", "VIPs")
CURIOUS = 3
"""One in so many follows the link, and another opens the message in the portal."""

INES = "ines.okafor@example.com"
"""She hasn’t opened hers yet."""

AGREE = 2
"""One in so many of those who answered agrees that their opens are measured."""

ENDPOINT = "https://texts.example.com/juniper-and-rye"

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
_AGREED = """SELECT c.id FROM customers c JOIN contact_choices k ON k.programme_id = c.programme_id
      AND k.customer_id = c.id WHERE c.programme_id = {} AND c.type = 'member' AND k.email = true ORDER BY c.id"""
_POSTED = """SELECT r.customer_id, r.mail_id, r.call_id, r.arm, r.measured, m.uid AS message, c.uid, c.email,
      l.uid AS mail FROM campaign_recipients r
    JOIN customers c ON c.programme_id = r.programme_id AND c.id = r.customer_id
    LEFT JOIN mails l ON l.programme_id = r.programme_id AND l.id = r.mail_id
    LEFT JOIN portal_messages m ON m.programme_id = r.programme_id AND m.id = r.message_id
    WHERE r.programme_id = {} AND r.campaign_id = {} AND r.state = 'posted' ORDER BY r.customer_id"""

BY_MAIL, BOTH, TEXTS = Channels(), Channels.of(("email", "portal")), Channels.of(("email", "sms"))


@dataclass(frozen=True, slots=True)
class _Plan:
    """A campaign as Mara plans it: to whom, but nobody of `without`, what it says and gives. `held_out` None: as usual.

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
    without: tuple[str, ...] = ()


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
    channels=TEXTS,
    without=("VIPs",),
)
MUG = "Enamel mug"
"""What gets cheaper; its public id is known once the shelf stands."""


def scenes(almanac: Almanac) -> Iterator[Scene]:
    yield Scene(almanac.at(14, 9, 20), _measure)
    yield Scene(almanac.at(13, 20, 10), _agree)
    yield Scene(almanac.at(5, 9, 15), _text)
    for plan, days in ((_BUNS, 12), (_THANKS, 4), (_MUG, 3)):
        yield Scene(almanac.at(days, 9, 40), partial(_write, plan))
        yield Scene(almanac.at(days, 10, 0), partial(_send, plan))
        yield Scene(almanac.at(days, 10, 10), partial(_arrive, plan))


async def _measure(stage: Stage) -> None:
    """Mara wants to know who opens her mails, so members are asked whether she may."""
    set_now = await editing_details.editable(stage.programme_id)
    wanted = replace(set_now.details, measures_opens=True)
    await editing_details.edit(
        stage.programme_id, wanted, seen=set_now.seen, by=stage.mara, key="measure opens"
    )


async def _agree(stage: Stage) -> None:
    p = stage.programme_id
    for row in (await rows(_AGREED, p))[::AGREE]:
        part = (await center(p, row["id"])).part(QuestionSection.COMMUNICATION)
        assert part is not None
        asked = next(each.question for each in part.asked if each.question.role is QuestionRole.OPENS)
        yes = {asked.key: Sent(["opens"], asked.number or 1)}
        by, source = themself(row["id"]), AnswerSource.PORTAL
        await answering.save(p, row["id"], part.section, yes, version=part.version, by=by, source=source)


async def _text(stage: Stage) -> None:
    """Text messages go to a provider from now on."""
    await setting.keep(stage.programme_id, ENDPOINT, by=stage.mara)


async def _write(plan: _Plan, stage: Stage) -> None:
    p, by = stage.programme_id, stage.mara
    known = {each.name: each.uid for each in await segments.live(p)}
    uids, without = ([known[name] for name in names] for names in (plan.wanted, plan.without))
    made = (await drafting.begin(p, plan.name, plan.objective, by=by, key=plan.name)).campaign
    stage.marks[plan.name] = made.uid
    made = (
        await editing.aim(
            p, made.uid, everybody=not uids, segments=uids, without=without, version=made.version, by=by
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
    posted = await rows(_POSTED, p, campaign.id)
    for place, row in enumerate(posted):
        if row["mail_id"]:
            await delivering.as_sent(p, row["mail_id"])
        if row["call_id"]:
            await calling.as_sent(p, row["call_id"])
        if row["measured"] and place % CURIOUS != 1:
            await opening.note(opening.path(programme, campaign, row["uid"]).removeprefix("/o/"))
        if place % CURIOUS == 1 and row["message"] and row["customer_id"] != ines:
            await messages.opened(p, row["customer_id"], row["message"])
        if place % CURIOUS == 0:
            link = 2 if row["arm"] == Arm.BROADCAST else 1
            await clicks.follow(clicks.path(programme, campaign, row["uid"], link).removeprefix("/c/"))
    await sending.work(p, campaign.id)
    for lost in [row for row in posted if plan is _MUG and row["mail_id"] and not row["call_id"]][-1:]:
        await _comes_back(stage, lost)


async def _comes_back(stage: Stage, row: Row) -> None:
    """A mailbox is gone, says its server an hour later."""
    programme = await programmes.get(stage.programme_id)
    mail, to = MailName(row["mail"], programme.uid), frozenset({normalised_email(row["email"]) or ""})
    await taking.take(
        Report(ReportKind.BOUNCE, mail, to, "5.1.1", "550 5.1.1 There is no such mailbox here.")
    )
