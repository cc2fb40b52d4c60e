"""Two automations that run: a welcome to whoever joins, and birthdays; a third is being written. PRODUCT M5."""

from collections.abc import Iterator
from datetime import timedelta

from db.engine import rows
from loyalty import clock, programmes, triggers
from loyalty.automations import drafting, entering, mornings, stored, switching
from loyalty.campaigns import clicks, sending
from loyalty.campaigns import stored as campaigns
from loyalty.demo.almanac import Almanac
from loyalty.demo.stage import Scene, Stage
from loyalty.mail import delivering

BEGUN = 40
"""Days ago."""

CURIOUS = 4
"""One in so many follows the link."""

_DAY = timedelta(days=1)
_JOINED = "SELECT id FROM customers WHERE programme_id = {} AND joined_at >= {} ORDER BY id"
_GOING = """SELECT c.id FROM campaigns c WHERE c.programme_id = {} AND c.automation_id IS NOT NULL
    AND c.state = 'sending' ORDER BY c.id"""
_POSTED = """SELECT r.mail_id, r.campaign_id, c.uid FROM campaigns a
    JOIN campaign_recipients r ON r.programme_id = a.programme_id AND r.campaign_id = a.id AND r.state = 'posted'
    JOIN customers c ON c.programme_id = r.programme_id AND c.id = r.customer_id
    WHERE a.programme_id = {} AND a.automation_id IS NOT NULL ORDER BY r.campaign_id, r.customer_id"""


def scenes(almanac: Almanac) -> Iterator[Scene]:
    yield Scene(almanac.at(BEGUN, 11), _switch_on)
    for days_ago in range(BEGUN - 1, 0, -1):
        yield Scene(almanac.at(days_ago, 8, 30), _look)
        yield Scene(almanac.at(days_ago, 8, 40), _arrive)
    yield Scene(almanac.at(2, 15), _write)


async def _switch_on(stage: Stage) -> None:
    for like in ("welcome", "birthday"):
        made = (await drafting.begin(stage.programme_id, like, by=stage.mara, key=f"demo-{like}")).automation
        on = await switching.switch_on(stage.programme_id, made.uid, version=made.version, by=stage.mara)
        stage.marks[f"automation:{like}"] = on.automation.uid


async def _look(stage: Stage) -> None:
    """As the worker does it: who joined since yesterday, whose birthday it is, and what goes to them."""
    p = stage.programme_id
    joined = await rows(_JOINED, p, clock.now() - _DAY)
    await triggers.happened(p, [row["id"] for row in joined])
    await mornings.look(p)
    for like in ("welcome", "birthday"):
        await entering.enter(p, (await stored.find(p, stage.marks[f"automation:{like}"])).id)
    for row in await rows(_GOING, p):
        await sending.work(p, row["id"])


async def _arrive(stage: Stage) -> None:
    """The mails were taken, and some of their readers looked."""
    p = stage.programme_id
    programme, posted = await programmes.get(p), await rows(_POSTED, p)
    for row in posted:
        await delivering.as_sent(p, row["mail_id"])
        if row["mail_id"] % CURIOUS == 0:
            edition = await campaigns.get(p, row["campaign_id"])
            await clicks.follow(clicks.path(programme, edition, row["uid"], 1).removeprefix("/c/"))
    for campaign_id in sorted({row["campaign_id"] for row in posted}):
        await sending.work(p, campaign_id)


async def _write(stage: Stage) -> None:
    await drafting.begin(stage.programme_id, "points_savers", by=stage.mara, key="demo-savers")
