"""Time-boxed price cuts: what a reward costs while one runs. PRODUCT E4."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from loyalty.errors import AlreadyDone, Invalid
from loyalty.rules.audiences import EVERYBODY, Audience, Person

LARGEST_PERCENT = 100


class CutState(StrEnum):
    """Where a cut is in its time. `ended`: stopped before it was over."""

    PLANNED = "planned"
    RUNNING = "running"
    OVER = "over"
    ENDED = "ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """A reward for fewer points from `starts_at` until before `ends_at`: `percent` off, or `new_points`."""

    uid: str
    starts_at: datetime
    ends_at: datetime
    percent: int | None = None
    new_points: int | None = None
    ended_at: datetime | None = None
    audience: Audience = field(default=EVERYBODY)

    def points(self, list_points: int) -> int:
        """What the reward costs under this cut, never more than without; a percentage rounds down."""
        if self.new_points is not None:
            return min(self.new_points, list_points)
        return list_points * (100 - (self.percent or 0)) // 100

    def state(self, now: datetime) -> CutState:
        """Where it is in its time at this moment."""
        if self.ended_at is not None:
            return CutState.ENDED
        if now < self.starts_at:
            return CutState.PLANNED
        return CutState.RUNNING if now < self.ends_at else CutState.OVER

    def holds_for(self, person: Person, now: datetime) -> bool:
        """Whether this person has it now."""
        return self.state(now) is CutState.RUNNING and self.audience.why_not(person) is None


def checked(cut: Cut, list_points: int, now: datetime) -> Cut:
    """The cut when it can be made of a reward at this price. Raises Invalid naming the field."""
    if (cut.percent is None) == (cut.new_points is None):
        raise Invalid("Say how many percent are off, or the new price.", field="percent")
    if cut.percent is not None and not 1 <= cut.percent <= LARGEST_PERCENT:
        raise Invalid("A price cut is 1 to 100 percent.", field="percent")
    if cut.new_points is not None and cut.new_points < 0:
        raise Invalid("The new price is a whole number from 0.", field="new_points")
    if cut.points(list_points) >= list_points:
        raise Invalid(f"That isn't less than the {list_points:,} it costs now.", field=_amount_field(cut))
    if cut.ends_at <= cut.starts_at:
        raise Invalid("The cut ends before it begins.", field="until")
    if cut.ends_at <= now:
        raise Invalid("This day is over; choose one that is still to come.", field="until")
    return cut


def best(list_points: int, cuts: Iterable[Cut], person: Person, now: datetime) -> Cut | None:
    """The cut this person pays by: where several hold, the lowest price; among equals the one that ends last."""
    holding = [cut for cut in cuts if cut.holds_for(person, now)]
    cheapest = min(holding, key=lambda cut: (cut.points(list_points), -cut.ends_at.timestamp()), default=None)
    return cheapest if cheapest and cheapest.points(list_points) < list_points else None


def end(cut: Cut, now: datetime) -> None:
    """Return when the cut can be ended early. Raises AlreadyDone when it is over or was ended."""
    if cut.state(now) is CutState.ENDED:
        raise AlreadyDone("This price cut has already been ended.")
    if cut.state(now) is CutState.OVER:
        raise AlreadyDone("This price cut is over already.")


def _amount_field(cut: Cut) -> str:
    return "percent" if cut.percent is not None else "new_points"
