"""What one customer can have now, or how many points are missing (PRODUCT C8, E5)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from db.engine import rows
from db.enums import CustomerType
from loyalty import clock
from loyalty.audiences.segments import ids_in, memberships_of
from loyalty.errors import NotFound
from loyalty.ledger.accounts import Account
from loyalty.rewards import cuts
from loyalty.rewards.catalogue import COLUMNS, Reward
from loyalty.rules.audiences import Audience
from loyalty.rules.price_cuts import Cut
from loyalty.rules.redemptions import Price, Redeemer, RewardTerms, WhyNot, price, why_not

_OFFERS = f"""SELECT {COLUMNS}, t.rank AS min_tier_rank, t.name AS min_tier_name,
      me.type, me.available, me.tier_id, me.tier_rank, me.member_of, coalesce(mine.copies, 0) AS copies
    FROM rewards r
    LEFT JOIN tiers t ON t.programme_id = r.programme_id AND t.id = r.min_tier_id
    JOIN (SELECT c.programme_id, c.type, tier.id AS tier_id, tier.rank AS tier_rank,
                 CAST(coalesce(live.remaining, 0) AS BIGINT) - a.debt AS available, {{member_of}}
          FROM customers c
          JOIN accounts a ON a.programme_id = c.programme_id AND a.customer_id = c.id
          LEFT JOIN (SELECT customer_id, sum(remaining) AS remaining FROM lots
                     WHERE programme_id = {{}} AND customer_id = {{}} AND remaining > 0
                       AND available_at <= {{}} AND (lapses_at IS NULL OR lapses_at > {{}})
                     GROUP BY customer_id) live ON live.customer_id = c.id
          LEFT JOIN customer_tiers ct ON ct.programme_id = c.programme_id AND ct.customer_id = c.id
          LEFT JOIN tiers tier ON tier.programme_id = ct.programme_id AND tier.id = ct.tier_id
          WHERE c.programme_id = {{}} AND c.id = {{}}) me ON me.programme_id = r.programme_id
    LEFT JOIN (SELECT reward_id, count(*) AS copies FROM issued_rewards
               WHERE programme_id = {{}} AND customer_id = {{}} AND status <> 'void'
               GROUP BY reward_id) mine ON mine.reward_id = r.id
    WHERE r.programme_id = {{}}"""
_IN_REACH = (
    f"{_OFFERS} AND r.status = 'active' AND r.redeemable = true ORDER BY r.position, r.points_price, r.id"
)
_ONE = f"{_OFFERS} AND r.id = {{}}"


@dataclass(frozen=True, slots=True)
class Offer:
    """A reward as one customer sees it. `price`, `was` and `left` (what would remain) in points.

    `was` is the price without the cut that holds for them, until `ends`; None: there is none.
    `refusal` None: it can be had now; its `sentence` reads "needs 120 more" when only points lack.
    """

    reward: Reward
    price: int
    was: int | None
    ends: datetime | None
    left: int
    refusal: WhyNot | None


@dataclass(frozen=True, slots=True)
class Case:
    """What decides on one redemption: the reward, its terms, and the person as they are now."""

    reward: Reward
    terms: RewardTerms
    person: Redeemer


async def offers(programme_id: int, customer_id: int) -> tuple[Offer, ...]:
    """Every reward on offer with its verdict for this customer, in the catalogue's order; two statements."""
    now = clock.now()
    cheaper = await cuts.live_for(programme_id, customer_id, now)
    found = await rows(_sql(_IN_REACH), *_arguments((programme_id, customer_id), now))
    return tuple(_offer(_case(row, cheaper.get(row["id"], ())), now) for row in found)


async def case(account: Account, reward_id: int) -> Case:
    """The same facts for one reward, read under the account's lock. Raises NotFound."""
    found = await rows(_sql(_ONE), *_arguments(account.key, account.now), reward_id)
    if not found:
        raise NotFound("There is no such reward in this programme.")
    cheaper = await cuts.live_for(*account.key, account.now)
    return _case(found[0], cheaper.get(reward_id, ()))


def _sql(text: str) -> str:
    return text.replace("{member_of}", memberships_of("c"))


def _arguments(key: tuple[int, int], now: datetime) -> tuple[Any, ...]:
    return (*key, now, now, *key, *key, key[0])


def _case(row: Mapping[str, Any], cheaper: tuple[Cut, ...]) -> Case:
    reward = Reward.from_row(row)
    about = reward.about
    terms = RewardTerms(
        name=about.name,
        status=about.status,
        points_price=about.points_price,
        redeemable=about.redeemable,
        stock=about.stock,
        per_customer=about.per_customer,
        audience=Audience(
            min_tier_rank=row["min_tier_rank"],
            min_tier_name=row["min_tier_name"] or "",
            segment_ids=frozenset(about.segment_ids),
        ),
        valid_from=about.valid_from,
        valid_until=about.valid_until,
        cuts=cheaper,
    )
    person = Redeemer(
        type=CustomerType(row["type"]),
        available=row["available"],
        tier_rank=-1 if row["tier_rank"] is None else row["tier_rank"],
        tier_id=row["tier_id"],
        copies=row["copies"],
        segment_ids=ids_in(row["member_of"]),
    )
    return Case(reward, terms, person)


def _offer(found: Case, now: datetime) -> Offer:
    cost: Price = price(found.terms, found.person, now)
    ends = next((cut.ends_at for cut in found.terms.cuts if cut.uid == cost.cut), None)
    return Offer(
        reward=found.reward,
        price=cost.points,
        was=cost.list_points if cost.is_cut else None,
        ends=ends,
        left=found.person.available - cost.points,
        refusal=why_not(found.terms, found.person, now),
    )
