"""What a campaign did: its arms side by side, and how sure the difference is. PRODUCT M4.

Everybody counts in the arm they were drawn into, whatever became of their mail, from the campaign's beginning
for two weeks: the holdout got nothing, so there is no other moment that is the same for both.
"""

import csv as csv_format
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from db.engine import rows, snapshot
from db.enums import Arm
from db.ids import first_id
from loyalty import clock
from loyalty.campaigns import stored
from loyalty.campaigns.stored import Campaign
from loyalty.rules.campaigns.arms import FEWEST_HELD_OUT
from loyalty.rules.campaigns.intervals import Interval, difference, share
from loyalty.rules.campaigns.revenue import Spent, revenue_difference

MEASURED = timedelta(days=14)

_ARMS = """SELECT r.arm, count(*) AS assigned, count(CASE WHEN r.state = 'delivered' THEN 1 END) AS delivered
    FROM campaign_recipients r WHERE r.programme_id = {} AND r.campaign_id = {} AND r.arm IS NOT NULL
    GROUP BY r.arm"""
_CLICKED = """SELECT r.arm, count(DISTINCT k.customer_id) AS people FROM campaign_clicks k
    JOIN campaign_recipients r ON r.programme_id = k.programme_id AND r.campaign_id = k.campaign_id
      AND r.customer_id = k.customer_id
    WHERE k.programme_id = {} AND k.campaign_id = {} GROUP BY r.arm"""
# An order's id is its moment, and this index holds what it is worth.
_BUYERS = """SELECT r.arm, r.customer_id, CAST(sum(o.total_minor - o.refunded_minor) AS BIGINT) AS kept
    FROM campaign_recipients r
    JOIN orders o ON o.programme_id = r.programme_id AND o.customer_id = r.customer_id AND o.status = 'paid'
      AND o.test = false AND o.id >= {} AND o.id < {}
    WHERE r.programme_id = {} AND r.campaign_id = {} AND r.arm IS NOT NULL GROUP BY r.arm, r.customer_id"""


@dataclass(frozen=True, slots=True)
class ArmResult:
    """One arm: people, how many ordered with the interval of that share, and what they spent in minor units."""

    arm: Arm
    assigned: int
    delivered: int
    clicked: int
    ordered: int
    share: Interval
    spent: Spent

    @property
    def kept(self) -> int:
        """What they spent and kept, in minor units."""
        return sum(self.spent.amounts)

    @property
    def a_member(self) -> int:
        """The same for each who was assigned."""
        return round(self.spent.per_member)


@dataclass(frozen=True, slots=True)
class Report:
    """`lift` is the share who ordered of the treated less that of the held back; `revenue` the same in minor
    units a member. Both None where nobody was held back. `until` is when counting ends.
    """

    campaign: Campaign
    arms: tuple[ArmResult, ...]
    lift: Interval | None
    revenue: Interval | None
    until: datetime
    over: bool

    @property
    def few(self) -> bool:
        """Whether an arm is too small for a comparison to be promised."""
        return any(arm.assigned < FEWEST_HELD_OUT for arm in self.arms)


async def report(programme_id: int, uid: str) -> Report | None:
    """The arms of a campaign as things stand; None before it has begun. Four statements. Raises NotFound."""
    async with snapshot():
        campaign = await stored.find(programme_id, uid)
        if campaign.started_at is None:
            return None
        until = campaign.started_at + MEASURED
        arms = await rows(_ARMS, programme_id, campaign.id)
        clicked = {row["arm"]: row["people"] for row in await rows(_CLICKED, programme_id, campaign.id)}
        window = (first_id(campaign.started_at), first_id(until))
        spent: dict[str, list[int]] = {}
        for row in await rows(_BUYERS, *window, programme_id, campaign.id):
            spent.setdefault(row["arm"], []).append(row["kept"])
    found = {
        row["arm"]: _arm(Arm(row["arm"]), row["assigned"], row["delivered"], clicked.get(row["arm"], 0),
                         sorted(spent.get(row["arm"], [])))
        for row in arms
    }  # fmt: skip
    treated, held = found.get(Arm.TREATMENT), found.get(Arm.CONTROL)
    return Report(
        campaign=campaign,
        arms=tuple(found[arm] for arm in Arm if arm in found),
        lift=_lift(treated, held) if treated and held else None,
        revenue=revenue_difference(treated.spent, held.spent, seed=campaign.seed)
        if treated and held
        else None,
        until=until,
        over=clock.now() >= until,
    )


def _lift(treated: ArmResult, held: ArmResult) -> Interval:
    return difference(treated.ordered, treated.assigned, held.ordered, held.assigned)


def csv(found: Report) -> str:
    """The arms as CSV, amounts in minor units."""
    text = io.StringIO()
    text.write("\ufeff")
    write = csv_format.writer(text).writerow
    write(("Arm", "Assigned", "Delivered", "Clicked", "Ordered", "Ordered low", "Ordered high", "Kept minor"))
    for arm in found.arms:
        write(
            (arm.arm, arm.assigned, arm.delivered, arm.clicked, arm.ordered, f"{arm.share.low:.4f}",
             f"{arm.share.high:.4f}", arm.kept)
        )  # fmt: skip
    return text.getvalue()


def _arm(arm: Arm, assigned: int, delivered: int, clicked: int, amounts: Sequence[int]) -> ArmResult:
    return ArmResult(
        arm,
        assigned,
        delivered,
        clicked,
        len(amounts),
        share(len(amounts), assigned),
        Spent(amounts, assigned),
    )
