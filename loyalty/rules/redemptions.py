"""Spending points on rewards: may this person have it, at what price, or why not. PRODUCT C8, E1, E4."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from db.enums import CustomerType, RewardStatus
from loyalty.errors import Invalid, LoyaltyError, NotAMember, NotEnoughPoints, Stale
from loyalty.rules.audiences import EVERYBODY, Audience, Barred
from loyalty.rules.price_cuts import Cut, best


class Refusal(StrEnum):
    """Why a reward can't be had; the page may group or style by it."""

    NOT_A_MEMBER = "not_a_member"
    NOT_OFFERED = "not_offered"
    TOO_EARLY = "too_early"
    TOO_LATE = "too_late"
    TIER = "tier"
    SEGMENT = "segment"
    STOCK = "stock"
    LIMIT = "limit"
    POINTS = "points"


_BARRED = {Barred.TIER: Refusal.TIER, Barred.SEGMENT: Refusal.SEGMENT}


@dataclass(frozen=True, slots=True)
class Price:
    """A price in points as it was when paid, and the cut that made it; stored with the redemption. PRODUCT E4.

    `cut` is the public id of the price cut, empty without one; it is either a percentage or a new price.
    """

    list_points: int
    cut_percent: int = 0
    new_points: int | None = None
    cut: str = ""

    @classmethod
    def under(cls, list_points: int, cut: Cut | None) -> "Price":
        """The price while `cut` holds; None: as listed."""
        if cut is None:
            return cls(list_points)
        return cls(list_points, cut.percent or 0, cut.new_points, cut.uid)

    @property
    def points(self) -> int:
        """What is paid: a percentage is rounded down, in the customer's favour."""
        if self.new_points is not None:
            return min(self.new_points, self.list_points)
        return self.list_points * (100 - self.cut_percent) // 100

    @property
    def is_cut(self) -> bool:
        return self.points < self.list_points

    def to_dict(self) -> dict[str, Any]:
        plain: dict[str, Any] = {
            "list_points": self.list_points,
            "cut_percent": self.cut_percent,
            "points": self.points,
        }
        return plain | ({"cut": self.cut, "new_points": self.new_points} if self.cut else {})

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "Price":
        return cls(data["list_points"], data["cut_percent"], data.get("new_points"), data.get("cut", ""))


@dataclass(frozen=True, slots=True, kw_only=True)
class RewardTerms:
    """What a reward asks. `stock` is what is left, `per_customer` how many one person may ever have.

    `cuts` are those that run or are to come, for whomever.
    """

    name: str
    status: RewardStatus
    points_price: int
    redeemable: bool = True
    stock: int | None = None
    per_customer: int | None = None
    audience: Audience = field(default=EVERYBODY)
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    cuts: tuple[Cut, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Redeemer:
    """Who wants it: `available` points and how many copies they have had (void ones not counted)."""

    type: CustomerType
    available: int
    tier_rank: int = -1
    tier_id: int | None = None
    copies: int = 0
    segment_ids: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class WhyNot:
    """A refusal in words; `missing` is how many points lack, 0 for other reasons. `tier`: from which on it is."""

    refusal: Refusal
    sentence: str
    missing: int = 0
    tier: str = ""


def price(reward: RewardTerms, person: Redeemer, now: datetime) -> Price:
    """What this person pays now; of several cuts the lowest price wins."""
    return Price.under(reward.points_price, best(reward.points_price, reward.cuts, person, now))


def why_not(reward: RewardTerms, person: Redeemer, now: datetime) -> WhyNot | None:
    """None when the reward can be had now, else the first reason, the points last. PRODUCT C8, E1."""
    if person.type is not CustomerType.MEMBER:
        return WhyNot(Refusal.NOT_A_MEMBER, "Only members can redeem points.")
    if reward.status is not RewardStatus.ACTIVE or not reward.redeemable:
        return WhyNot(Refusal.NOT_OFFERED, f"{reward.name} isn't offered for points.")
    if reward.valid_from is not None and now < reward.valid_from:
        return WhyNot(Refusal.TOO_EARLY, f"{reward.name} isn't available yet.")
    if reward.valid_until is not None and now >= reward.valid_until:
        return WhyNot(Refusal.TOO_LATE, f"{reward.name} is no longer available.")
    if (barred := reward.audience.why_not(person)) is not None:
        sentence, tier = f"{reward.name} {barred[1]}.", reward.audience.min_tier_name
        return WhyNot(_BARRED[barred[0]], sentence, tier=tier if barred[0] is Barred.TIER else "")
    if reward.stock is not None and reward.stock <= 0:
        return WhyNot(Refusal.STOCK, f"{reward.name} is out of stock.")
    if reward.per_customer is not None and person.copies >= reward.per_customer:
        times = "once" if reward.per_customer == 1 else f"{reward.per_customer} times"
        return WhyNot(Refusal.LIMIT, f"{reward.name} can be had {times} per person.")
    missing = price(reward, person, now).points - person.available
    if missing > 0:
        return WhyNot(Refusal.POINTS, f"needs {missing} more", missing)
    return None


def refuse(reward: RewardTerms, person: Redeemer, now: datetime, *, shown: int | None = None) -> Price:
    """The price to pay; asked again inside the transaction. `shown`: the price the person agreed to, in points.

    Raises NotAMember, NotEnoughPoints (with what is available), Invalid with the reason, and Stale when it
    costs more now than was shown, because a cut has ended or the price was raised. A lower price is theirs.
    """
    cost = price(reward, person, now)
    if shown is not None and cost.points > shown:
        raise Stale(
            f"{reward.name} costs {cost.points:,} now; it was {shown:,} when you looked.", field="reward"
        )
    no = why_not(reward, person, now)
    if no is not None:
        raise _error(no, reward, person)
    return cost


def _error(no: WhyNot, reward: RewardTerms, person: Redeemer) -> LoyaltyError:
    if no.refusal is Refusal.NOT_A_MEMBER:
        return NotAMember(no.sentence)
    if no.refusal is Refusal.POINTS:
        sentence = f"{reward.name} needs {no.missing} more points."
        return NotEnoughPoints(sentence, available=max(0, person.available))
    return Invalid(no.sentence, field="reward")
