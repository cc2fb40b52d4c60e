"""Those whose moment has come get a place in one of the automation's campaigns. PRODUCT M3, M5.

A place is what any campaign gives: left out and why, held back, or to be sent to. Who may get it is judged first
and drawn after, so the arms are alike. Run and place are one transaction: a worker that dies loses nobody, and
nobody gets two.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from db.engine import Row, atomic, insert_many, retried, rows, run
from db.enums import Arm, CampaignState, LeftOut, RecipientState
from db.ids import first_id
from loyalty import clock
from loyalty.automations import editions, stored
from loyalty.automations.stored import Automation
from loyalty.campaigns import audience, leaving, scheduling
from loyalty.campaigns.stored import Campaign
from loyalty.rules.campaigns.arms import arm
from loyalty.rules.campaigns.results import MEASURED

CHUNK = 200
"""People of one transaction."""

_DUE = """SELECT r.customer_id, r.occasion FROM automation_runs r WHERE r.programme_id = {} AND r.automation_id = {}
    AND r.state = 'waiting' AND r.due_at <= {} ORDER BY r.due_at, r.customer_id LIMIT {}"""
_IN = """SELECT r.campaign_id, r.customer_id FROM automation_runs r
    WHERE r.programme_id = {} AND r.campaign_id IN (@open) AND r.customer_id IN (@ids)"""
_DONE = """UPDATE automation_runs SET state = 'done', campaign_id = {}, counts_from = {}, counts_until = {}
    WHERE programme_id = {} AND automation_id = {} AND customer_id = {} AND occasion = {}"""


@dataclass(frozen=True, slots=True)
class _Place:
    customer_id: int
    occasion: str
    campaign: Campaign


async def enter(programme_id: int, automation_id: int) -> int:
    """Give everybody whose moment has come their place. Returns how many. May run twice at any time."""
    entered = 0
    while found := await _chunk(programme_id, automation_id):
        entered += found
    return entered


@retried
async def _chunk(programme_id: int, automation_id: int) -> int:
    async with atomic():
        automation, now = await stored.lock(programme_id, automation_id), clock.now()
        if not automation.is_on:
            return 0
        found = await rows(_DUE, programme_id, automation_id, now, CHUNK)
        if not found:
            return 0
        # One of somebody's runs at a time: the next one leads to another campaign.
        due = list({row["customer_id"]: row for row in reversed(found)}.values())
        places = await _places(programme_id, automation, due)
        for campaign in {place.campaign.id: place.campaign for place in places}.values():
            mine = [place for place in places if place.campaign.id == campaign.id]
            await _seat(programme_id, automation, campaign, mine, now)
        return len(due)


async def _places(programme_id: int, automation: Automation, due: Sequence[Row]) -> list[_Place]:
    """The campaign each gets their place in: the first in which they have none."""
    found = [each for each in await editions.going(programme_id, automation) if not each.gathered]
    ids = [row["customer_id"] for row in due]
    taken: dict[int, set[int]] = {}
    if found:
        sql = _IN.replace("@open", _marks(found)).replace("@ids", _marks(ids))
        for row in await rows(sql, programme_id, *(each.id for each in found), *ids):
            taken.setdefault(row["customer_id"], set()).add(row["campaign_id"])
    places = []
    for row in due:
        had = taken.get(row["customer_id"], set())
        free = next((each for each in found if each.id not in had), None)
        if free is None:
            free = await editions.opened(programme_id, automation)
            found.append(free)
        places.append(_Place(row["customer_id"], row["occasion"], free))
    return places


async def _seat(
    programme_id: int, automation: Automation, campaign: Campaign, places: Sequence[_Place], now: datetime
) -> None:
    window = (first_id(now), first_id(now + MEASURED))
    for place in places:
        await run(_DONE, campaign.id, *window, programme_id, automation.id, place.customer_id, place.occasion)
    ids = [place.customer_id for place in places]
    verdicts = await audience.verdicts(programme_id, campaign, ids, now)
    since = await leaving.among(programme_id, campaign, ids)
    segment_id = automation.segment.id if automation.segment else None
    seats: list[tuple[object, ...]] = []
    for each in ids:
        why = verdicts[each]
        if why is LeftOut.CAPPED:
            # Asked when it is sent: whoever is held back got no message of an earlier run that would count.
            why = None
        why = why or since.get(each)
        drawn = None if why else arm(campaign.seed, each, campaign.shares)
        state = (
            RecipientState.LEFT_OUT
            if why
            else RecipientState.HELD
            if drawn is Arm.CONTROL
            else RecipientState.WAITING
        )
        seats.append((programme_id, campaign.id, each, segment_id, drawn, state, why or ""))
    await insert_many(
        "campaign_recipients",
        ("programme_id", "campaign_id", "customer_id", "segment_id", "arm", "state", "reason"),
        seats,
    )
    if campaign.state is CampaignState.SENDING:
        await scheduling.enqueue(programme_id, campaign, now)


def _marks(several: Sequence[object]) -> str:
    return ", ".join(["{}"] * len(several))
