"""What a price cut would do, asked before it is made (PRODUCT E4)."""

from dataclasses import dataclass
from datetime import datetime

from db.engine import snapshot, value
from loyalty.customers.tallies import CAP, tally
from loyalty.customers.views import Tally
from loyalty.programmes import Programme
from loyalty.rewards.catalogue import Reward
from loyalty.rewards.cutting import CutDraft, drawn

_REACHED = f"""SELECT count(*) FROM (SELECT 1 FROM accounts a
      JOIN customers c ON c.programme_id = {{0}} AND c.id = a.customer_id AND c.type = 'member'
      LEFT JOIN customer_tiers s ON s.programme_id = {{0}} AND s.customer_id = a.customer_id
    WHERE a.programme_id = {{0}} AND a.balance >= {{1}} AND a.balance < {{2}}
      AND (CAST({{3}} AS BIGINT) IS NULL OR s.tier_id = {{3}}) LIMIT {CAP + 1}) capped"""


@dataclass(frozen=True, slots=True)
class CutOutlook:
    """`was` and `now` in points; `ends` is the moment after the last day.

    `reached`: members whose balance, pending points included, lies between the two prices.
    """

    was: int
    now: int
    starts: datetime
    ends: datetime
    tier_name: str
    reached: Tally


async def outlook(programme: Programme, reward: Reward, draft: CutDraft) -> CutOutlook:
    """What the draft means. Raises Invalid naming the field, NotFound for a tier."""
    async with snapshot():
        cut = await drawn(programme, reward, draft)
        was, now = reward.about.points_price, cut.points(reward.about.points_price)
        counted = await value(_REACHED, programme.id, now, was, cut.audience.tier_id)
    return CutOutlook(was, now, cut.starts_at, cut.ends_at, cut.audience.tier_name, tally(counted))
