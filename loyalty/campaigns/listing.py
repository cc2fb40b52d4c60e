"""All campaigns with how far each is; and one with everybody of it. PRODUCT M4, M5."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from db.engine import rows, snapshot
from db.enums import Arm, CampaignState, LeftOut, Objective, RecipientState
from db.paging import Page
from loyalty import turning
from loyalty.campaigns import recipients, stored
from loyalty.campaigns.recipients import Recipient
from loyalty.campaigns.stored import Campaign, Wanted

PAGE = 25

# The database counts places as they change (m0027): no page counts the people of a campaign.
_TALLIES = """SELECT t.campaign_id, t.state, CAST(sum(t.people) AS BIGINT) AS people FROM campaign_tallies t
    WHERE t.programme_id = {} AND t.campaign_id IN (@ids) GROUP BY t.campaign_id, t.state HAVING sum(t.people) > 0"""
_REASONS = """SELECT t.reason, CAST(sum(t.people) AS BIGINT) AS people FROM campaign_tallies t
    WHERE t.programme_id = {} AND t.campaign_id = {} AND t.state = 'left_out'
    GROUP BY t.reason HAVING sum(t.people) > 0"""
_LINKS = """SELECT l.label, l.target, l.arm, l.clicks, l.people FROM campaign_links l
    WHERE l.programme_id = {} AND l.campaign_id = {} ORDER BY l.number"""

Tally = Mapping[RecipientState, int]


@dataclass(frozen=True, slots=True)
class Line:
    """One campaign of the list. `at` is when it is, was or will be sent; None: nobody has said."""

    uid: str
    name: str
    objective: Objective
    state: CampaignState
    at: datetime | None
    by: str
    delivered: int
    people: int
    held: int


@dataclass(frozen=True, slots=True)
class Clicked:
    """A link of an arm's message, how often it was followed, and by how many people."""

    label: str
    target: str
    arm: Arm
    clicks: int
    people: int


@dataclass(frozen=True, slots=True)
class Progress:
    """A campaign as it goes. `reasons` say how many were left out by each."""

    campaign: Campaign
    wanted: tuple[Wanted, ...]
    tally: Tally
    reasons: Mapping[LeftOut, int]
    links: tuple[Clicked, ...]
    people: Page[Recipient]
    only: str

    @property
    def to_send(self) -> int:
        """How many are to get it in all."""
        return sum(
            people
            for state, people in self.tally.items()
            if state not in (RecipientState.HELD, RecipientState.LEFT_OUT)
        )

    @property
    def done(self) -> int:
        """For how many of them it is over, one way or another."""
        return self.to_send - sum(
            self.tally.get(state, 0) for state in (RecipientState.WAITING, RecipientState.POSTED)
        )


async def listing(programme_id: int, cursor: str | None = None) -> Page[Line]:
    """A page of the campaigns, the newest first; two statements. Raises Invalid for a damaged cursor."""
    turn = turning.turn(cursor, int, size=PAGE)
    async with snapshot():
        beyond = f"AND c.id {turn.beyond} {{}}" if turn.key else ""
        found = await stored.page(programme_id, beyond, turn.order, turn.limit, *(turn.key or ()))
        page = turn.page(found, lambda row: (row["id"],))
        tallies = await _tallies(programme_id, [row["id"] for row in page.items])
    return page.map(lambda row: _line(stored.of(row), tallies.get(row["id"], {})))


async def progress(programme_id: int, uid: str, only: str = "", cursor: str | None = None) -> Progress:
    """How far a campaign is, with a page of its people: all, or `only` those in a state or with a reason.

    Six statements. Raises NotFound, and Invalid for a damaged cursor.
    """
    chosen = recipients.only(only)
    async with snapshot():
        campaign = await stored.find(programme_id, uid)
        tallies = await _tallies(programme_id, [campaign.id])
        reasons = {row["reason"]: row["people"] for row in await rows(_REASONS, programme_id, campaign.id)}
        return Progress(
            campaign=campaign,
            wanted=await stored.wanted(programme_id, campaign.id),
            tally=tallies.get(campaign.id, {}),
            reasons={why: reasons[why] for why in LeftOut if why in reasons},
            links=await links(programme_id, campaign.id),
            people=await recipients.page(programme_id, campaign, chosen, cursor),
            only=only,
        )


async def links(programme_id: int, campaign_id: int) -> tuple[Clicked, ...]:
    """Every link, as it stands in the messages."""
    return tuple(
        Clicked(row["label"], row["target"], Arm(row["arm"]), row["clicks"], row["people"])
        for row in await rows(_LINKS, programme_id, campaign_id)
    )


async def _tallies(programme_id: int, ids: Sequence[int]) -> dict[int, dict[RecipientState, int]]:
    found: dict[int, dict[RecipientState, int]] = {}
    marks = ", ".join(["{}"] * len(ids)) or "NULL"
    for row in await rows(_TALLIES.replace("@ids", marks), programme_id, *ids):
        found.setdefault(row["campaign_id"], {})[RecipientState(row["state"])] = row["people"]
    return found


def _line(campaign: Campaign, tally: Tally) -> Line:
    held = tally.get(RecipientState.HELD, 0)
    return Line(
        uid=campaign.uid,
        name=campaign.name,
        objective=campaign.objective,
        state=campaign.state,
        at=campaign.started_at or campaign.send_at,
        by=campaign.by,
        delivered=tally.get(RecipientState.DELIVERED, 0),
        people=sum(tally.values()) - held - tally.get(RecipientState.LEFT_OUT, 0),
        held=held,
    )
