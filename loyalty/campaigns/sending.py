"""Sending a campaign: person after person, the offer and the messages in one transaction with the mark. PRODUCT M5.

A worker that dies leaves nobody half done: whoever is marked has their message in an outbox, which sends it once, or
in the portal; whoever isn't has none. Consent, caps and quiet hours are asked here, and consent once more when a
mail or a text goes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from db.engine import Row, atomic, hold, retried, rows, run, value
from db.enums import Arm, CampaignState, ContactChannel, LeftOut
from loyalty import clock, programmes
from loyalty.campaigns import (
    audience,
    checking,
    gathering,
    giving,
    leaving,
    measuring,
    pacing,
    posting,
    scheduling,
    settling,
    stored,
    values,
    waking,
    writing,
)
from loyalty.campaigns.posting import KEPT_IN
from loyalty.campaigns.stored import Campaign
from loyalty.campaigns.values import Reader
from loyalty.campaigns.waking import Clocks
from loyalty.campaigns.writing import Text
from loyalty.errors import Busy, LoyaltyError
from loyalty.mail import suppressing
from loyalty.preferences import consent
from loyalty.programmes import Programme
from loyalty.rules.campaigns.channels import reason, together, written
from loyalty.rules.campaigns.fields import MissingValue

CHUNK = 25
"""People of one transaction: on SQLite everybody else waits for it."""

TURN = 40
"""Chunks before other work of the queue gets its turn."""

IN_FLIGHT = 2_000
"""Mails of one campaign in the outbox at most: a pause then stops nearly all of it."""

SOON, LATER = timedelta(seconds=5), timedelta(minutes=1)

_NEXT = """SELECT r.customer_id, r.arm, r.tries, r.mail_id, r.message_id, r.call_id FROM campaign_recipients r
    JOIN customers c ON c.programme_id = r.programme_id AND c.id = r.customer_id
    WHERE r.programme_id = {} AND r.campaign_id = {} AND r.state = 'waiting' AND r.reason = '' AND @awake
    ORDER BY r.customer_id LIMIT @limit"""
_CAPPED = """SELECT a.customer_id FROM campaign_recipients a
    WHERE a.programme_id = {} AND a.campaign_id = {} AND a.customer_id IN (@ids) AND @capped"""
_POSTED = """UPDATE campaign_recipients SET state = 'posted', mail_id = {}, message_id = {}, call_id = {},
      measured = (measured OR {}), tries = tries + 1, posted_at = {}
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
    clocks: Clocks

    def good_until(self, reader: Reader) -> datetime:
        """When it gets quiet where they live: a message must have gone out by then."""
        return self.campaign.quiet.begin(self.now, self.clocks.zone(reader.time_zone))

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
        here = await waking.clocks(programme, campaign, now)
        if campaign.state is not CampaignState.SENDING or here.all_asleep:
            return False
        if await _count(programme_id, campaign_id, "posted", IN_FLIGHT) >= IN_FLIGHT:
            return False
        most = min(CHUNK, await pacing.room(programme, campaign, now))
        found = await _next(campaign, programme_id, here, most)
        if not found:
            return False
        said, general = (
            await checking.text(programme_id, campaign),
            await checking.general(programme_id, campaign),
        )
        batch = _Batch(programme, campaign, said, general, now, here)
        await _send(batch, found)
        return len(found) == CHUNK


async def _next(campaign: Campaign, programme_id: int, here: Clocks, most: int) -> list[Row]:
    """The next few who wait, of those who are awake."""
    sql = _NEXT.replace("@awake", here.is_awake.sql).replace("@limit", str(most))
    return await rows(sql, programme_id, campaign.id, *here.is_awake.args)


async def _send(batch: _Batch, found: Sequence[Row]) -> None:
    ids = [row["customer_id"] for row in found]
    readers = await values.readers(batch.programme, ids)
    ways = await _ways(batch, readers)
    capped = await _capped(batch, ids)
    since = await leaving.among(batch.programme.id, batch.campaign, ids)
    for row in found:
        customer_id = row["customer_id"]
        left_out, had = ways[customer_id], _had(row)
        reached = [channel for channel, why in left_out.items() if why is None and channel not in had]
        if had and not reached:  # called back, and since then nothing more is wanted
            await _mark(batch, row, {}, measured=False)
        elif not reached:
            reasons = {channel: why for channel, why in left_out.items() if why is not None}
            why = together(reasons)
            await _leave(batch, customer_id, why, written(reasons) if why is LeftOut.NO_CHANNEL else "")
        elif not had and customer_id in since:
            await _leave(batch, customer_id, since[customer_id])
        elif not had and customer_id in capped:
            await _leave(batch, customer_id, LeftOut.CAPPED)
        else:
            await _send_one(batch, readers[customer_id], row, reached)


def _had(row: Row) -> set[ContactChannel]:
    """By which channels it went out already."""
    return {channel for channel, column in KEPT_IN.items() if row[column] is not None}


async def _ways(
    batch: _Batch, readers: Mapping[int, Reader]
) -> dict[int, dict[ContactChannel, LeftOut | None]]:
    """By channel why somebody can't be reached, as things are at this moment; None: they can."""
    p, campaign = batch.programme.id, batch.campaign
    found: dict[int, dict[ContactChannel, LeftOut | None]] = {each: {} for each in readers}
    for channel in campaign.channels:
        verdicts = await consent.judged(p, list(readers), channel, campaign.topic, at=batch.now)
        for each, refusal in verdicts.items():
            found[each][channel] = reason(refusal, channel) if refusal else None
    if ContactChannel.EMAIL in campaign.channels:
        bounced = await suppressing.among(p, [reader.email for reader in readers.values() if reader.email])
        for each, reader in readers.items():
            if reader.email in bounced and found[each][ContactChannel.EMAIL] is None:
                found[each][ContactChannel.EMAIL] = LeftOut.BOUNCED
    return found


async def _capped(batch: _Batch, ids: Sequence[int]) -> set[int]:
    p, campaign = batch.programme.id, batch.campaign
    cap = audience.capped(p, campaign, batch.now)
    sql = _CAPPED.replace("@ids", ", ".join(["{}"] * len(ids))).replace("@capped", cap.sql)
    return {row["customer_id"] for row in await rows(sql, p, campaign.id, *ids, *cap.args)}


async def _send_one(batch: _Batch, reader: Reader, row: Row, reached: Sequence[ContactChannel]) -> None:
    try:
        async with atomic():
            await _post(batch, reader, row, reached)
    except MissingValue as missing:
        await _leave(batch, reader.id, LeftOut.NO_VALUE, str(missing))
    except Busy:
        raise
    except LoyaltyError as refusal:
        await _leave(batch, reader.id, LeftOut.OFFER, str(refusal))


async def _post(batch: _Batch, reader: Reader, row: Row, reached: Sequence[ContactChannel]) -> None:
    programme, campaign, arm = batch.programme, batch.campaign, Arm(row["arm"])
    said = batch.text(arm)
    if row["tries"] == 0 and arm is Arm.TREATMENT:  # a message that was called back has left its gift behind
        await giving.give(programme.id, campaign, reader.id)
    language = writing.language_of(programme)
    await values.complete(programme, reader, said.needed, language)
    if "code" in said.needed:
        reader.values["code"] = await giving.code(programme.id, campaign, reader)
    out = posting.Out(programme, campaign, said, reader, batch.good_until(reader), batch.now)
    measured = reader.measured and ContactChannel.EMAIL in reached
    ids = {KEPT_IN[each]: await posting.by(each, out, row["tries"]) for each in reached}
    await _mark(batch, row, ids, measured=measured)


async def _mark(batch: _Batch, row: Row, ids: Mapping[str, int], *, measured: bool) -> None:
    columns = [ids.get(column, row[column]) for column in ("mail_id", "message_id", "call_id")]
    who = (batch.programme.id, batch.campaign.id, row["customer_id"])
    marked = await run(_POSTED, *columns, measured, batch.now, *who)
    # Nobody else sends while the campaign's lock is held.
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
            due = now + pause if posted >= IN_FLIGHT else await _due(programme_id, campaign, now)
            if not await pacing.room(await programmes.get(programme_id), campaign, now):
                due = max(due, now + LATER)
            # Messages in an outbox are looked after meanwhile.
            await scheduling.enqueue(programme_id, campaign, min(due, now + pause) if posted else due)
        elif posted:
            await scheduling.enqueue(programme_id, campaign, now + pause)
        elif sending and campaign.gathered:
            await scheduling.set_state(programme_id, campaign, CampaignState.SENT, ended_at=now)
            await measuring.ask(programme_id, campaign.id)


async def _due(programme_id: int, campaign: Campaign, now: datetime) -> datetime:
    """When somebody who waits may be written to: now, or when the next of them wakes."""
    here = await waking.clocks(await programmes.get(programme_id), campaign, now)
    if here.wakes is None or (here.awake and await _next(campaign, programme_id, here, 1)):
        return now
    return here.wakes


async def _count(programme_id: int, campaign_id: int, state: str, most: int) -> int:
    return int(await value(_OPEN, programme_id, campaign_id, state, most))
