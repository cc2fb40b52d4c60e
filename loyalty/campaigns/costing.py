"""What a campaign has given so far, in points and in money: the cost beside what it brought. PRODUCT M4.

Points count as they were posted, what a multiplier added to an order of the campaign included; rewards count
when they are used, with what one costs the shop, as on the reward's own page. A lower price in points costs
no money; what the shop's own codes cost only the shop knows.
"""

from collections.abc import Sequence

from db.engine import value
from db.enums import OfferKind
from loyalty.campaigns.stored import Campaign
from loyalty.customers.standing import worth
from loyalty.programmes import Programme
from loyalty.rules.campaigns.results import Given

_GIFTS = """SELECT CAST(coalesce(sum(e.points), 0) AS BIGINT) FROM campaign_recipients r
    JOIN customers c ON c.programme_id = r.programme_id AND c.id = r.customer_id
    JOIN ledger_entries e ON e.programme_id = r.programme_id AND e.key = 'campaign:' || {} || ':' || c.uid
    WHERE r.programme_id = {} AND r.campaign_id = {} AND r.arm = 'treatment' AND NOT EXISTS (
      SELECT 1 FROM ledger_entries u WHERE u.programme_id = e.programme_id AND u.reverses_id = e.id)"""
_MULTIPLIED = """SELECT CAST(coalesce(sum(l.points - l.points * 100 / l.boost_percent), 0) AS BIGINT) FROM multipliers m
    JOIN orders o ON o.programme_id = m.programme_id AND o.id = m.order_id AND o.status = 'paid'
    JOIN line_earnings l ON l.programme_id = m.programme_id AND l.order_id = m.order_id AND l.multiplier_id = m.id
    WHERE m.programme_id = {} AND m.campaign_id = {}"""
_USED = """SELECT CAST(coalesce(sum(w.unit_cost_minor), 0) AS BIGINT) FROM issued_rewards i
    JOIN rewards w ON w.programme_id = i.programme_id AND w.id = i.reward_id
    WHERE i.programme_id = {} AND i.campaign_id = {} AND i.status = 'used'"""
_PROMISED = """SELECT CAST(coalesce(sum(b.earned_points - b.clawed_points - b.covered_points - b.forgiven_points), 0)
      AS BIGINT) FROM order_bonuses b WHERE b.programme_id = {} AND b.campaign_id = {}"""


async def given(programme: Programme, campaigns: Sequence[Campaign]) -> Given:
    """What these campaigns have given together, in one statement each at most."""
    found = [await _given(programme, each) for each in campaigns]
    points, rewards = sum(each[0] for each in found), sum(each[1] for each in found)
    known = all(each.offer.kind is not OfferKind.CODE for each in campaigns)
    return Given(points, worth(points, programme.point_value_micros, programme.currency), rewards, known)


async def _given(programme: Programme, campaign: Campaign) -> tuple[int, int]:
    """Points, and what rewards that were used cost in minor units."""
    of = (programme.id, campaign.id)
    points, rewards = 0, 0
    match campaign.offer.kind:
        case OfferKind.POINTS:
            points = await value(_GIFTS, campaign.uid, *of)
        case OfferKind.MULTIPLIER:
            points = await value(_MULTIPLIED, *of)
        case OfferKind.NTH_ORDER:
            points = await value(_PROMISED, *of)
        case OfferKind.REWARD:
            rewards = await value(_USED, *of)
    return points, rewards
