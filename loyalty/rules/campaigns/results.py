"""What a campaign's arms did, side by side, and what that says of the campaign. PRODUCT M4."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

from db.enums import Arm
from loyalty.rules.campaigns.arms import FEWEST_HELD_OUT
from loyalty.rules.campaigns.intervals import Interval, difference, share

DAYS = 14
MEASURED = timedelta(days=DAYS)
"""Orders count so long, from the campaign's beginning on and for every arm: the holdout has no other moment."""


@dataclass(frozen=True, slots=True)
class ArmResult:
    """One arm: `assigned` people and what became of them. `ordered` of them placed `orders` and `kept` so many
    minor units of their money with the shop; `squares` is the sum of the squares of each buyer's money.

    `days` are its orders in each of the days measured.
    """

    arm: Arm
    assigned: int
    delivered: int
    clicked: int
    ordered: int = 0
    orders: int = 0
    kept: int = 0
    squares: int = 0
    days: tuple[int, ...] = (0,) * DAYS

    @property
    def share(self) -> Interval:
        """The share who ordered."""
        return share(self.ordered, self.assigned)

    @property
    def a_member(self) -> int:
        """What they kept with the shop, in minor units for each who was assigned."""
        return round(self.kept / self.assigned) if self.assigned else 0

    @property
    def variance(self) -> float:
        """Of the money of one member, most of whom spend nothing."""
        if self.assigned < 2:
            return 0.0
        return (self.squares - self.kept**2 / self.assigned) / (self.assigned - 1)


@dataclass(frozen=True, slots=True)
class Given:
    """What the campaign gave to whom it was sent, so far: `points`, what those are `worth` in minor units (None:
    nobody said what a point is worth), and what the `rewards` cost that were used. `known`: whether that is all.
    """

    points: int = 0
    worth: int | None = 0
    rewards: int = 0
    known: bool = True

    @property
    def cost(self) -> int | None:
        """Both in minor units; None where a part of it isn't known."""
        if not self.known:
            return None
        if self.worth is None:
            return None if self.points else self.rewards
        return self.worth + self.rewards


FEWEST_BUYERS = 10
"""Of each arm, before a range is given for money: of an arm without a buyer every draw is nought."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """The campaign's arm less another: the share who order, and minor units a member.

    `few_buyers`: an arm has so few that they show too little of what money can do.
    """

    base: Arm
    lift: Interval
    revenue: Interval
    few_buyers: bool


@dataclass(frozen=True, slots=True)
class Result:
    """A campaign as it was counted. `revenue` is the difference in minor units a member to each other arm."""

    arms: tuple[ArmResult, ...] = ()
    revenue: tuple[tuple[Arm, Interval], ...] = ()
    given: Given = Given()

    def of(self, arm: Arm) -> ArmResult | None:
        return next((each for each in self.arms if each.arm == arm), None)

    @property
    def comparisons(self) -> tuple[Comparison, ...]:
        """The campaign beside each other arm that has people."""
        treated = self.of(Arm.TREATMENT)
        if treated is None or not treated.assigned:
            return ()
        found = []
        for arm, revenue in self.revenue:
            base = self.of(arm)
            if base is not None and base.assigned:
                lift = difference(treated.ordered, treated.assigned, base.ordered, base.assigned)
                few = min(treated.ordered, base.ordered) < FEWEST_BUYERS
                found.append(Comparison(arm, lift, revenue, few))
        return tuple(found)

    def beside(self, arm: Arm) -> Comparison | None:
        return next((each for each in self.comparisons if each.base == arm), None)

    @property
    def few(self) -> bool:
        """Whether an arm is too small for a comparison to be promised."""
        return any(arm.assigned < FEWEST_HELD_OUT for arm in self.arms)

    @property
    def additional(self) -> Interval | None:
        """How many more ordered because of it; None where that may be nobody, or nobody was held back."""
        treated, beside = self.of(Arm.TREATMENT), self.beside(Arm.CONTROL)
        if treated is None or beside is None or beside.lift.low <= 0:
            return None
        lift = beside.lift
        return Interval(*(treated.assigned * each for each in (lift.value, lift.low, lift.high)))

    @property
    def an_acquisition(self) -> Interval | None:
        """What was given ÷ how many more ordered, in minor units; None where that isn't defined."""
        cost, more = self.given.cost, self.additional
        if cost is None or more is None:
            return None
        return Interval(cost / more.value, cost / more.high, cost / more.low)

    def to_dict(self) -> dict[str, Any]:
        return {
            "arms": [asdict(each) for each in self.arms],
            "revenue": {arm: asdict(interval) for arm, interval in self.revenue},
            "given": asdict(self.given),
        }

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> "Result":
        return cls(
            tuple(
                ArmResult(**{**each, "arm": Arm(each["arm"]), "days": tuple(each["days"])})
                for each in stored["arms"]
            ),
            tuple((Arm(arm), Interval(**interval)) for arm, interval in stored["revenue"].items()),
            Given(**stored["given"]),
        )
