"""Spending points on rewards: may this person have it, at what price, or why not. PRODUCT C8, E1, E4."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from db.enums import CustomerType, RewardStatus
from loyalty.errors import Invalid, LoyaltyError, NotAMember, NotEnoughPoints


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


@dataclass(frozen=True, slots=True)
class Price:
    """A price in points as it was when shown; stored with the redemption. PRODUCT E4."""

    list_points: int
    cut_percent: int = 0

    @property
    def points(self) -> int:
        """What is paid: the cut price rounded down, in the customer's favour."""
        return self.list_points * (100 - self.cut_percent) // 100

    def to_dict(self) -> dict[str, int]:
        return {"list_points": self.list_points, "cut_percent": self.cut_percent, "points": self.points}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "Price":
        return cls(data["list_points"], data["cut_percent"])


@dataclass(frozen=True, slots=True, kw_only=True)
class RewardTerms:
    """What a reward asks. `stock` is what is left, `per_customer` how many one person may ever have."""

    name: str
    status: RewardStatus
    points_price: int
    redeemable: bool = True
    stock: int | None = None
    per_customer: int | None = None
    min_tier_rank: int | None = None
    min_tier_name: str = ""
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    segment_ids: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Redeemer:
    """Who wants it: `available` points and how many copies they have had (void ones not counted)."""

    type: CustomerType
    available: int
    tier_rank: int = -1
    copies: int = 0
    segment_ids: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class WhyNot:
    """A refusal in words; `missing` is how many points lack, 0 for other reasons."""

    refusal: Refusal
    sentence: str
    missing: int = 0


def price(points_price: int, cut_percent: int = 0) -> Price:
    """The price after a percent cut. Raises Invalid for a cut outside 0 to 100."""
    if not 0 <= cut_percent <= 100:
        raise Invalid("A price cut is 0 to 100 percent.", field="cut_percent")
    return Price(points_price, cut_percent)


def why_not(reward: RewardTerms, person: Redeemer, now: datetime, *, cut_percent: int = 0) -> WhyNot | None:
    """None when the reward can be had now, else the first reason, the points last. PRODUCT C8, E1."""
    if person.type is not CustomerType.MEMBER:
        return WhyNot(Refusal.NOT_A_MEMBER, "Only members can redeem points.")
    if reward.status is not RewardStatus.ACTIVE or not reward.redeemable:
        return WhyNot(Refusal.NOT_OFFERED, f"{reward.name} isn't offered for points.")
    if reward.valid_from is not None and now < reward.valid_from:
        return WhyNot(Refusal.TOO_EARLY, f"{reward.name} isn't available yet.")
    if reward.valid_until is not None and now >= reward.valid_until:
        return WhyNot(Refusal.TOO_LATE, f"{reward.name} is no longer available.")
    if reward.min_tier_rank is not None and person.tier_rank < reward.min_tier_rank:
        return WhyNot(
            Refusal.TIER, f"{reward.name} is for {reward.min_tier_name or 'higher tiers'} and above."
        )
    if reward.segment_ids and not reward.segment_ids & person.segment_ids:
        return WhyNot(Refusal.SEGMENT, f"{reward.name} is offered to selected members only.")
    if reward.stock is not None and reward.stock <= 0:
        return WhyNot(Refusal.STOCK, f"{reward.name} is out of stock.")
    if reward.per_customer is not None and person.copies >= reward.per_customer:
        times = "once" if reward.per_customer == 1 else f"{reward.per_customer} times"
        return WhyNot(Refusal.LIMIT, f"{reward.name} can be had {times} per person.")
    missing = price(reward.points_price, cut_percent).points - person.available
    if missing > 0:
        return WhyNot(Refusal.POINTS, f"needs {missing} more", missing)
    return None


def refuse(reward: RewardTerms, person: Redeemer, now: datetime, *, cut_percent: int = 0) -> Price:
    """The price to pay; asked again inside the transaction.

    Raises NotAMember, NotEnoughPoints (with what is available) or Invalid with the reason.
    """
    no = why_not(reward, person, now, cut_percent=cut_percent)
    if no is not None:
        raise _error(no, reward, person)
    return price(reward.points_price, cut_percent)


def _error(no: WhyNot, reward: RewardTerms, person: Redeemer) -> LoyaltyError:
    if no.refusal is Refusal.NOT_A_MEMBER:
        return NotAMember(no.sentence)
    if no.refusal is Refusal.POINTS:
        sentence = f"{reward.name} needs {no.missing} more points."
        return NotEnoughPoints(sentence, available=max(0, person.available))
    return Invalid(no.sentence, field="reward")
