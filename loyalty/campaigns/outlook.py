"""What a merchant should know before a campaign is sent: whom it reaches, and what it can show. PRODUCT M3."""

from dataclasses import dataclass

from db.engine import snapshot
from db.enums import Arm
from loyalty.campaigns import audience, checking, stored
from loyalty.campaigns.audience import Counted
from loyalty.campaigns.checking import Problem
from loyalty.campaigns.stored import Campaign, Wanted
from loyalty.customers.search import Condition
from loyalty.rules.campaigns.arms import FEWEST_HELD_OUT, sizes, smallest_effect


@dataclass(frozen=True, slots=True)
class Outlook:
    """`treated`, `held` and `general` as expected of the draw. `smallest` is the smallest lift of the share who
    order that the campaign can show against the holdout, in tenths of a percentage point, `smallest_beside` the
    same against the general message, and `rate` that share now; None: it can show none.
    """

    campaign: Campaign
    wanted: tuple[Wanted, ...]
    counted: Counted
    treated: int
    held: int
    general: int
    rate: int
    smallest: int | None
    smallest_beside: int | None
    problems: tuple[Problem, ...]

    @property
    def few(self) -> bool:
        """Whether too few are held back for a comparison to be promised."""
        return 0 < self.held < FEWEST_HELD_OUT


async def outlook(programme_id: int, campaign: Campaign, among: Condition | None = None) -> Outlook:
    """The audience as it is now, split as it would be; of the segments saved, or of those `audience.tried`."""
    async with snapshot():
        counted = await audience.count(programme_id, campaign, among)
        wanted = await stored.wanted(programme_id, campaign.id)
        problems = await checking.problems(programme_id, campaign)
        problems += await checking.enough_codes(programme_id, campaign, counted.reached)
    parts = sizes(counted.reached, campaign.shares)
    treated, held = parts[Arm.TREATMENT], parts[Arm.CONTROL]
    if not counted.reached:
        problems = (*problems, Problem("audience", "Nobody would get this now: the numbers say why."))
    return Outlook(
        campaign=campaign,
        wanted=wanted,
        counted=counted,
        treated=treated,
        held=held,
        general=parts[Arm.BROADCAST],
        rate=round(counted.rate * 1000),
        smallest=_tenths(smallest_effect(treated, held, counted.rate)),
        smallest_beside=_tenths(smallest_effect(treated, parts[Arm.BROADCAST], counted.rate)),
        problems=problems,
    )


def _tenths(lift: float | None) -> int | None:
    return None if lift is None else max(1, round(lift * 1000))
