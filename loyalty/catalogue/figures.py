"""One reward's page: what became of its copies, what they cost, and who holds them (PRODUCT E1, O6)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from db.engine import loads, one, rows, snapshot
from db.enums import IssuedSource, IssuedStatus
from loyalty import clock, turning
from loyalty.audiences.segments import names_in, names_of
from loyalty.customers.views import TierMark
from loyalty.rewards import catalogue, cuts
from loyalty.rewards.catalogue import Reward
from loyalty.rewards.cuts import StoredCut
from loyalty.rewards.issued import COLUMNS, IssuedReward
from loyalty.rules import codes
from loyalty.rules.audiences import EVERYBODY
from loyalty.rules.naming import name_of
from loyalty.rules.price_cuts import CutState
from loyalty.rules.redemptions import Price


class Shown(StrEnum):
    """Which copies the list shows. `paid`: those that cost points."""

    ALL = "all"
    OUTSTANDING = "outstanding"
    USED = "used"
    EXPIRED = "expired"
    VOID = "void"
    PAID = "paid"


# By date, swept or not: a code past its day is expired, a late reservation is free again.
_DIED = "i.expires_at IS NOT NULL AND i.expires_at <= {at} AND (i.status = 'outstanding' OR i.reserved_until <= {at})"
_IS = {
    Shown.ALL: "1 = 1",
    Shown.OUTSTANDING: f"i.status IN ('outstanding', 'reserved') AND NOT ({_DIED})",
    Shown.USED: "i.status = 'used'",
    Shown.EXPIRED: f"(i.status = 'expired' OR (i.status IN ('outstanding', 'reserved') AND {_DIED}))",
    Shown.VOID: "i.status = 'void'",
    Shown.PAID: "i.points_paid > 0",
}
_COUNTS = ", ".join(
    f"sum(CASE WHEN {condition.replace('{at}', '{1}')} THEN 1 ELSE 0 END) AS n_{shown}"
    for shown, condition in _IS.items()
)
_FIGURES = f"""SELECT {_COUNTS}, sum(i.points_paid) AS points,
      sum(CASE WHEN i.status = 'void' THEN i.points_paid ELSE 0 END) AS void_points
    FROM issued_rewards i WHERE i.programme_id = {{0}} AND i.reward_id = {{2}}"""
_FOR = """SELECT t.name, t.rank, {segment_names} FROM rewards r
    LEFT JOIN tiers t ON t.programme_id = r.programme_id AND t.id = r.min_tier_id
    WHERE r.programme_id = {} AND r.id = {}"""
_HOLDERS = f"""SELECT {COLUMNS}, i.issued_at, i.price, r.name AS reward_name, c.uid AS customer_uid, c.first_name,
      c.last_name, c.email, c.phone, c.erased_at
    FROM issued_rewards i
    JOIN rewards r ON r.programme_id = {{0}} AND r.id = i.reward_id
    LEFT JOIN customers c ON c.programme_id = {{0}} AND c.id = i.customer_id
    WHERE i.programme_id = {{0}} AND i.reward_id = {{2}} AND """


@dataclass(frozen=True, slots=True)
class Figures:
    """Copies by state, each as many as the list of that state has rows; `points` paid for those not void.

    `cost` is minor units: what was used, at today's unit cost.
    """

    by_state: Mapping[Shown, int]
    points: int
    cost: int


@dataclass(frozen=True, slots=True)
class RewardPage:
    """Everything above the list of copies. `segments` are names; none is everybody."""

    reward: Reward
    tier: TierMark | None
    segments: tuple[str, ...]
    figures: Figures
    cuts: tuple[StoredCut, ...]

    @property
    def now_points(self) -> int:
        """What everybody pays now: the lowest of the cuts that run for all members, else the listed price."""
        listed = self.reward.about.points_price
        running = [
            each.cut.points(listed)
            for each in self.cuts
            if each.state is CutState.RUNNING and each.cut.audience == EVERYBODY
        ]
        return min([listed, *running])


@dataclass(frozen=True, slots=True)
class Holder:
    """One copy and whose it is; `customer_uid` None: a friend who isn't a customer yet."""

    copy: IssuedReward
    customer_uid: str | None
    name: str
    status: IssuedStatus
    issued: datetime
    price: Price
    source: IssuedSource


@dataclass(frozen=True, slots=True)
class Holders:
    """One page of the list, the newest first."""

    rows: Sequence[Holder]
    previous: str | None
    next: str | None


async def reward_page(programme_id: int, uid: str) -> RewardPage:
    """A reward with its figures and price cuts, in four statements. Raises NotFound."""
    async with snapshot():
        reward = await catalogue.find(programme_id, uid)
        whom = await one(_FOR.replace("{segment_names}", names_of("r")), programme_id, reward.id)
        counted = await one(_FIGURES, programme_id, clock.now(), reward.id)
        assert counted is not None
        assert whom is not None
        by_state = {shown: int(counted[f"n_{shown}"] or 0) for shown in Shown}
        figures = Figures(
            by_state=by_state,
            points=int(counted["points"] or 0) - int(counted["void_points"] or 0),
            cost=by_state[Shown.USED] * reward.about.unit_cost_minor,
        )
        mark = TierMark(whom["name"], whom["rank"]) if whom["name"] else None
        segments, cheaper = names_in(whom["segment_names"]), await cuts.of(programme_id, reward.id)
        return RewardPage(reward, mark, segments, figures, cheaper)


async def holders(programme_id: int, reward_id: int, shown: Shown, cursor: str | None) -> Holders:
    """One page of the copies in a state; one statement. Raises Invalid for a damaged cursor."""
    now, turn = clock.now(), turning.turn(cursor, int)
    beyond = f" AND i.id {turn.beyond} {{3}}" if turn.key else ""
    found = await rows(
        _HOLDERS
        + _IS[shown].replace("{at}", "{1}")
        + f" AND CAST({{1}} AS TIMESTAMPTZ) IS NOT NULL{beyond} ORDER BY i.id {turn.order} LIMIT {turn.limit}",
        programme_id,
        now,
        reward_id,
        *(turn.key or ()),
    )
    page = turn.page(found, lambda row: (row["id"],))
    return Holders(tuple(_holder(row, now) for row in page.items), page.previous, page.next)


def _holder(row: Mapping[str, Any], now: datetime) -> Holder:
    copy = IssuedReward.from_row(row)
    return Holder(
        copy=copy,
        customer_uid=row["customer_uid"],
        name=name_of(row) if row["customer_uid"] else "An invited friend",
        status=codes.status_at(copy.life, now),
        issued=row["issued_at"],
        price=Price.from_dict(loads(row["price"])),
        source=copy.source,
    )
