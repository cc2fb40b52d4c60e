"""A campaign to the best customers and to those who used to be, with some held back to measure by. PRODUCT M."""

from collections.abc import Iterator

from db.engine import rows
from db.enums import ContactTopic, Objective
from loyalty import programmes
from loyalty.campaigns import audience, clicks, drafting, editing, scheduling, sending, stored
from loyalty.campaigns.stored import Message
from loyalty.demo.almanac import Almanac
from loyalty.demo.stage import Scene, Stage
from loyalty.mail import delivering
from loyalty.segments import stored as segments

NAME = "Saffron buns for our regulars"
WANTED = ("At-Risk Loyals", "VIPs")
CURIOUS = 3
"""One in so many follows the link."""

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
)
NEWS = Message(
    subject="News from the bakery",
    body="""Hello {{ first_name | there }}, the saffron buns are back on the counter.

[Open your points](/portal)""",
)
_POSTED = """SELECT r.mail_id, r.arm, c.uid FROM campaign_recipients r
    JOIN customers c ON c.programme_id = r.programme_id AND c.id = r.customer_id
    WHERE r.programme_id = {} AND r.campaign_id = {} AND r.state = 'posted' ORDER BY r.customer_id"""


def scenes(almanac: Almanac) -> Iterator[Scene]:
    yield Scene(almanac.at(12, 9, 40), _write)
    yield Scene(almanac.at(12, 10, 0), _send)
    yield Scene(almanac.at(12, 10, 10), _arrive)


async def _write(stage: Stage) -> None:
    p, by = stage.programme_id, stage.mara
    uids = [each.uid for name in WANTED for each in await segments.live(p) if each.name == name]
    made = (await drafting.begin(p, NAME, Objective.WIN_BACK, by=by, key="saffron-buns")).campaign
    stage.marks["campaign"] = made.uid
    made = (
        await editing.aim(
            p, made.uid, everybody=not uids, segments=uids, without=(), version=made.version, by=by
        )
    ).campaign
    made = (await editing.say(p, made.uid, WORDS, ContactTopic.OTHER, version=made.version, by=by)).campaign
    made = (
        await editing.pace(
            p, made.uid, made.quiet, made.cap, made.held_out, broadcast=GENERAL, general=NEWS,
            version=made.version, by=by,
        )
    ).campaign  # fmt: skip
    if (await audience.count(p, made)).reached:
        await scheduling.schedule(p, made.uid, None, version=made.version, by=by)


async def _send(stage: Stage) -> None:
    """As the worker does it."""
    await sending.work(
        stage.programme_id, (await stored.find(stage.programme_id, stage.marks["campaign"])).id
    )


async def _arrive(stage: Stage) -> None:
    """The mails were taken, and some of their readers looked."""
    p = stage.programme_id
    campaign, programme = await stored.find(p, stage.marks["campaign"]), await programmes.get(p)
    for place, row in enumerate(await rows(_POSTED, p, campaign.id)):
        await delivering.as_sent(p, row["mail_id"])
        if place % CURIOUS == 0:
            link = 2 if row["arm"] == "broadcast" else 1
            await clicks.follow(clicks.path(programme, campaign, row["uid"], link).removeprefix("/c/"))
    await sending.work(p, campaign.id)
