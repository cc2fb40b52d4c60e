"""Sending a campaign: person after person, the offer and the mail in one transaction with the mark. PRODUCT M5.

A worker that dies leaves nobody half done: whoever is marked has a mail in the outbox, which sends it once;
whoever isn't has none. Consent, caps and quiet hours are asked here, and consent once more when the mail goes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from db.engine import Row, atomic, hold, retried, rows, run, value
from db.enums import Arm, CampaignState, ContactChannel, LeftOut, MailKind
from loyalty import clock, mail, programmes
from loyalty.campaigns import (
    audience,
    checking,
    gathering,
    giving,
    leaving,
    scheduling,
    settling,
    stored,
    values,
    writing,
)
from loyalty.campaigns.stored import Campaign
from loyalty.campaigns.values import Reader
from loyalty.campaigns.writing import Text
from loyalty.errors import Busy, LoyaltyError
from loyalty.mail import suppressing
from loyalty.preferences import consent, mail_links
from loyalty.programmes import Programme
from loyalty.rules.campaigns.fields import MissingValue
from loyalty.rules.consent import Refusal
from loyalty.rules.days import zone

CHUNK = 25
"""People of one transaction: on SQLite everybody else waits for it."""

TURN = 40
"""Chunks before other work of the queue gets its turn."""

IN_FLIGHT = 2_000
"""Mails of one campaign in the outbox at most: a pause then stops nearly all of it."""

SOON, LATER = timedelta(seconds=5), timedelta(minutes=1)

_NEXT = """SELECT r.customer_id, r.arm, r.tries FROM campaign_recipients r
    WHERE r.programme_id = {} AND r.campaign_id = {} AND r.state = 'waiting' AND r.reason = ''
    ORDER BY r.customer_id LIMIT {}"""
_CAPPED = """SELECT a.customer_id FROM campaign_recipients a
    WHERE a.programme_id = {} AND a.campaign_id = {} AND a.customer_id IN (@ids) AND @capped"""
_POSTED = """UPDATE campaign_recipients SET state = 'posted', mail_id = {}, tries = tries + 1, posted_at = {}
    WHERE programme_id = {} AND campaign_id = {} AND customer_id = {} AND state = 'waiting' RETURNING tries"""
_LEAVE = """UPDATE campaign_recipients SET state = 'left_out', reason = {}, note = {}
    WHERE programme_id = {} AND campaign_id = {} AND customer_id = {} AND state = 'waiting'"""
_OPEN = """SELECT count(*) FROM (SELECT r.customer_id FROM campaign_recipients r WHERE r.programme_id = {}
    AND r.campaign_id = {} AND r.state = {} AND r.reason = '' LIMIT {}) found"""


@dataclass(frozen=True, slots=True)
class _Batch:
    """What is the same for everybody of a chunk."""

    programme: Programme
    campaign: Campaign
    said: Text
    general: Text | None
    now: datetime
    good_until: datetime

    def text(self, arm: Arm) -> Text:
        """What this arm reads. PRODUCT M3."""
        return self.general if arm is Arm.BROADCAST and self.general else self.said


async def work(programme_id: int, campaign_id: int) -> None:
    """Do a turn's worth of a campaign and have the worker come back for the rest. May run twice at any time."""
    campaign = await _begun(programme_id, campaign_id)
    if campaign is None:
        return
    while await gathering.gather(programme_id, campaign_id):
        pass
    for _ in range(TURN):
        if not await _chunk(programme_id, campaign_id):
            break
    settled = await settling.settle(programme_id, campaign_id)
    await _come_back(programme_id, campaign_id, SOON if settled else LATER)


async def stopped(programme_id: int, campaign_id: int, error: str) -> None:
    """The worker gave up on it: paused, with what went wrong, until somebody has it go on."""
    campaign = await stored.get(programme_id, campaign_id)
    if campaign.state is CampaignState.SENDING:
        await scheduling.pause(programme_id, campaign.uid, why=f"It stopped by itself: {error}")


@retried
async def _begun(programme_id: int, campaign_id: int) -> Campaign | None:
    """The campaign, begun where it is time; None: there is nothing to do for it."""
    async with atomic():
        campaign, now = await stored.lock(programme_id, campaign_id), clock.now()
        if campaign.state is CampaignState.SCHEDULED:
            if campaign.send_at is None or campaign.send_at > now:
                return None
            return await scheduling.set_state(programme_id, campaign, CampaignState.SENDING, started_at=now)
        return None if campaign.state is CampaignState.DRAFT else campaign


@retried
async def _chunk(programme_id: int, campaign_id: int) -> bool:
    """Post to the next few. False: nobody waits, or not now."""
    async with atomic():
        # Two campaigns of one shop mustn't both find somebody below their cap.
        await hold("campaigns", programme_id)
        campaign = await stored.lock(programme_id, campaign_id)
        programme, now = await programmes.get(programme_id), clock.now()
        here = zone(programme.time_zone)
        if campaign.state is not CampaignState.SENDING or campaign.quiet.holds(now, here):
            return False
        if await _count(programme_id, campaign_id, "posted", IN_FLIGHT) >= IN_FLIGHT:
            return False
        found = await rows(_NEXT, programme_id, campaign_id, CHUNK)
        if not found:
            return False
        said, general = (
            await checking.text(programme_id, campaign),
            await checking.general(programme_id, campaign),
        )
        batch = _Batch(programme, campaign, said, general, now, campaign.quiet.begin(now, here))
        await _send(batch, found)
        return len(found) == CHUNK


async def _send(batch: _Batch, found: Sequence[Row]) -> None:
    ids = [row["customer_id"] for row in found]
    readers = await values.readers(batch.programme, ids)
    why = await _why_not(batch, ids, readers)
    for row in found:
        customer_id = row["customer_id"]
        if customer_id in why:
            await _leave(batch, customer_id, why[customer_id])
        else:
            await _send_one(batch, readers[customer_id], Arm(row["arm"]), row["tries"])


async def _why_not(batch: _Batch, ids: Sequence[int], readers: Mapping[int, Reader]) -> dict[int, LeftOut]:
    """Who of these gets nothing, and why, as things are at this moment."""
    p, campaign = batch.programme.id, batch.campaign
    verdicts = await consent.judged(p, ids, ContactChannel.EMAIL, campaign.topic, at=batch.now)
    cap = audience.capped(p, campaign, batch.now)
    sql = _CAPPED.replace("@ids", ", ".join(["{}"] * len(ids))).replace("@capped", cap.sql)
    capped = {row["customer_id"] for row in await rows(sql, p, campaign.id, *ids, *cap.args)}
    since = await leaving.among(p, campaign, ids)
    bounced = await suppressing.among(p, [reader.email for reader in readers.values()])
    why: dict[int, LeftOut] = {}
    for each in ids:
        refusal = verdicts.get(each, Refusal.ERASED)
        if refusal is not None:
            why[each] = settling.reason(refusal)
        elif each in since:
            why[each] = since[each]
        elif each in capped:
            why[each] = LeftOut.CAPPED
        elif each not in readers:
            why[each] = LeftOut.NO_ADDRESS
        elif readers[each].email in bounced:
            why[each] = LeftOut.BOUNCED
    return why


async def _send_one(batch: _Batch, reader: Reader, arm: Arm, tries: int) -> None:
    try:
        async with atomic():
            await _post(batch, reader, arm, tries)
    except MissingValue as missing:
        await _leave(batch, reader.id, LeftOut.NO_VALUE, str(missing))
    except Busy:
        raise
    except LoyaltyError as refusal:
        await _leave(batch, reader.id, LeftOut.OFFER, str(refusal))


async def _post(batch: _Batch, reader: Reader, arm: Arm, tries: int) -> None:
    programme, campaign, said = batch.programme, batch.campaign, batch.text(arm)
    if tries == 0 and arm is Arm.TREATMENT:  # a mail that was called back has left its gift behind
        await giving.give(programme.id, campaign, reader.id)
    language = writing.language_of(programme)
    await values.complete(programme, reader, said.needed, language)
    if "code" in said.needed:
        reader.values["code"] = await giving.code(programme.id, campaign, reader)
    links = await mail_links.links(programme.id, reader.id)
    mail_id = await mail.post(
        programme.id,
        writing.letter(programme, campaign, said, reader),
        to=reader.email,
        kind=MailKind.CAMPAIGN,
        key=f"campaign:{campaign.uid}:{reader.uid}:{tries}",
        customer_id=reader.id,
        unsubscribe=links.unsubscribe,
        good_until=batch.good_until,
        topic=campaign.topic,
    )
    marked = await run(_POSTED, mail_id, batch.now, programme.id, campaign.id, reader.id)
    # Whoever waits has no mail yet, and nobody else sends while the campaign's lock is held.
    assert mail_id
    assert marked


async def _leave(batch: _Batch, customer_id: int, why: LeftOut, note: str = "") -> None:
    await run(_LEAVE, why, note[:500], batch.programme.id, batch.campaign.id, customer_id)


@retried
async def _come_back(programme_id: int, campaign_id: int, pause: timedelta) -> None:
    """End it, or put the next look into the queue."""
    async with atomic():
        campaign, now = await stored.lock(programme_id, campaign_id), clock.now()
        one_by_one = campaign.automation_id is not None  # whoever brings more people wakes it
        waits = await _count(programme_id, campaign_id, "waiting", 1) or not (campaign.gathered or one_by_one)
        posted = await _count(programme_id, campaign_id, "posted", IN_FLIGHT)
        sending = campaign.state is CampaignState.SENDING
        if sending and waits:
            here = zone((await programmes.get(programme_id)).time_zone)
            due = now + pause if posted >= IN_FLIGHT else campaign.quiet.over(now, here)
            # Mails in the outbox are looked after meanwhile.
            await scheduling.enqueue(programme_id, campaign, min(due, now + pause) if posted else due)
        elif posted:
            await scheduling.enqueue(programme_id, campaign, now + pause)
        elif sending and campaign.gathered:
            await scheduling.set_state(programme_id, campaign, CampaignState.SENT, ended_at=now)


async def _count(programme_id: int, campaign_id: int, state: str, most: int) -> int:
    return int(await value(_OPEN, programme_id, campaign_id, state, most))
