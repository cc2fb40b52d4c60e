"""Behavioural segments and the numbers a merchant may change in them (PRODUCT K2)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from loyalty.errors import Invalid

FEW_GAPS = 200
"""Below so many gaps between orders the shop's own rhythm isn't known yet."""
SHORTEST_LAPSE, LONGEST_LAPSE = 14, 365
WEIGHTS = {"order": 3, "redemption": 3, "referral": 3, "review": 2, "answer": 2, "click": 1, "visit": 1}
"""Engagement in 90 days; an answer is a quiz, poll or challenge, a visit a day in the portal."""
MOST_VISITS = 10
"""Visit days that count in 90 days."""


@dataclass(frozen=True, slots=True)
class Threshold:
    """One number: what it is when nobody changed it, between what, and what it is called."""

    usual: int
    least: int
    most: int
    label: str


@dataclass(frozen=True, slots=True)
class Behaviour:
    """A behavioural segment: its name, what it means in a sentence, and its thresholds by name."""

    name: str
    sentence: str
    thresholds: Mapping[str, Threshold]


BEHAVIOURS: dict[str, Behaviour] = {
    "vips": Behaviour(
        "VIPs",
        "Spend most, buy often and were here lately.",
        {
            "top_percent": Threshold(10, 1, 100, "Top percent of purchasers by 24-month spend"),
            "orders_year": Threshold(4, 1, 1000, "Orders in 12 months, at least"),
            "orders_ever": Threshold(6, 1, 10_000, "Or orders ever, at least"),
            "active_days": Threshold(90, 1, 730, "An order in so many days"),
            "engagement": Threshold(5, 1, 1000, "Or engagement points in 90 days, at least"),
        },
    ),
    "at_risk_loyals": Behaviour(
        "At-Risk Loyals",
        "Good customers who have been away longer than almost anybody stays away.",
        {
            "top_percent": Threshold(25, 1, 100, "Top percent of purchasers by 24-month spend"),
            "orders_ever": Threshold(3, 1, 10_000, "Orders ever, at least"),
            "gap_percent": Threshold(90, 50, 100, "Away longer than so many percent of the shop’s gaps"),
            "fallback_days": Threshold(
                90, SHORTEST_LAPSE, LONGEST_LAPSE, f"Days away while under {FEW_GAPS} gaps are known"
            ),
            "gone_after": Threshold(365, 1, 3650, "No longer counted so many days after that"),
        },
    ),
    "points_savers": Behaviour(
        "Points Savers",
        "Collect and don’t redeem.",
        {
            "balance_percent": Threshold(75, 1, 100, "Percentile of members’ balances"),
            "redeemed_percent": Threshold(10, 0, 100, "Redeemed so many percent of what was earned, at most"),
            "quiet_days": Threshold(180, 1, 3650, "No redemption in so many days"),
            "points_days": Threshold(60, 0, 3650, "First points so many days ago, at least"),
        },
    ),
    "new_enthusiasts": Behaviour(
        "New Enthusiasts",
        "Joined a short while ago and bought once.",
        {
            "joined_days": Threshold(60, 1, 730, "Joined in so many days"),
            "orders": Threshold(1, 1, 100, "Paid orders, exactly"),
            "grace_days": Threshold(14, 0, 365, "No order needed for so many days after joining"),
        },
    ),
    "engaged_advocates": Behaviour(
        "Engaged Advocates",
        "Review, refer and take part more than they buy.",
        {
            "actions": Threshold(3, 1, 1000, "Actions other than buying in 180 days, at least"),
            "advocacy": Threshold(1, 0, 1000, "Of them reviews or referrals, at least"),
            "share_percent": Threshold(
                50, 0, 100, "Percent of everything they did that isn’t buying, at least"
            ),
            "top_percent": Threshold(25, 1, 100, "Spend below the top percent of purchasers"),
        },
    ),
}


def usual(rule: str) -> dict[str, Any]:
    """The definition of a behavioural segment nobody has changed."""
    return {"rule": rule} | {name: each.usual for name, each in BEHAVIOURS[rule].thresholds.items()}


def changed(rule: str, given: Mapping[str, int]) -> dict[str, Any]:
    """The definition with these thresholds. Raises Invalid, naming the one that is unknown or out of range."""
    if rule not in BEHAVIOURS:
        raise Invalid("There is no such behavioural segment.")
    known = BEHAVIOURS[rule].thresholds
    for name, number in given.items():
        if name not in known:
            raise Invalid(f"{BEHAVIOURS[rule].name} has no threshold “{name}”.", field=name)
        if not known[name].least <= number <= known[name].most:
            raise Invalid(
                f"{known[name].label}: between {known[name].least:,} and {known[name].most:,}.", field=name
            )
    return usual(rule) | dict(given)


def lapse(gap: int | None, gaps: int, fallback: int) -> int:
    """The days after which a loyal customer counts as lapsing: the shop's own gap, within bounds."""
    if gap is None or gaps < FEW_GAPS:
        return fallback
    return min(max(gap, SHORTEST_LAPSE), LONGEST_LAPSE)
