"""What a price cut would do, asked before it is made (PRODUCT E4)."""

from dataclasses import dataclass
from datetime import datetime

from db.engine import snapshot, value
from loyalty.customers.search import among
from loyalty.customers.tallies import CAP, tally
from loyalty.customers.views import Tally
from loyalty.programmes import Programme
from loyalty.rewards.catalogue import Reward
from loyalty.rewards.cutting import CutDraft, drawn
from loyalty.rules.price_cuts import Cut

_REACHED = f"""SELECT count(*) FROM (SELECT 1 FROM accounts a
      JOIN customers c ON c.programme_id = {{0}} AND c.id = a.customer_id AND c.type = 'member'
      LEFT JOIN customer_tiers s ON s.programme_id = {{0}} AND s.customer_id = a.customer_id
    WHERE a.programme_id = {{0}} AND a.balance >= {{1}} AND a.balance < {{2}}
      AND (CAST({{3}} AS BIGINT) IS NULL OR s.tier_id = {{3}}) {{members}} LIMIT {CAP + 1}) capped"""
_MEMBERS = """AND EXISTS (SELECT 1 FROM segment_members g WHERE g.programme_id = {0} AND g.customer_id = a.customer_id
        AND {segments})"""


@dataclass(frozen=True, slots=True)
class CutOutlook:
    """`was` and `now` in points; `ends` is the moment after the last day.

    `whom` is as in `Audience.called`. `reached`: of these, members whose balance, pending points included, lies
    between the two prices.
    """

    was: int
    now: int
    starts: datetime
    ends: datetime
    whom: str
    reached: Tally


async def outlook(programme: Programme, reward: Reward, draft: CutDraft) -> CutOutlook:
    """What the draft means. Raises Invalid naming the field, NotFound for a tier."""
    async with snapshot():
        cut = await drawn(programme, reward, draft)
        was, now = reward.about.points_price, cut.points(reward.about.points_price)
        counted = await _reached(programme.id, cut, now, was)
    return CutOutlook(was, now, cut.starts_at, cut.ends_at, cut.audience.called, tally(counted))


async def _reached(programme_id: int, cut: Cut, now: int, was: int) -> int:
    whom, members = cut.audience, ""
    args: tuple[object, ...] = (programme_id, now, was, whom.tier_id)
    if whom.segment_ids:
        segments = among("g.segment_id", tuple(whom.segment_ids))
        members = _MEMBERS.replace("{segments}", segments.sql.replace("{}", "{4}"))
        args = (*args, *segments.args)
    return int(await value(_REACHED.replace("{members}", members), *args))
