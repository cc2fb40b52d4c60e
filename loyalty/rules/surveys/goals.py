"""How far a challenge is, and when it is over. PRODUCT L3."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from db.enums import ResponseState
from loyalty.rules.days import day_end, local_day
from loyalty.rules.surveys.definitions import Goal


@dataclass(frozen=True, slots=True)
class Progress:
    """What is reached of what, in the goal's unit. More than the target counts as the target."""

    reached: int
    target: int

    @property
    def shown(self) -> int:
        return max(0, min(self.reached, self.target))

    @property
    def percent(self) -> int:
        return self.shown * 100 // self.target

    @property
    def complete(self) -> bool:
        return self.reached >= self.target


def ends(goal: Goal, started: datetime, closes: datetime | None, zone: ZoneInfo) -> datetime | None:
    """When taking part ends: with the last day of its window, or when the whole thing closes; the sooner."""
    window = None
    if goal.days is not None:
        window = day_end(local_day(started, zone) + timedelta(days=goal.days - 1), zone)
    known = [moment for moment in (window, closes) if moment is not None]
    return min(known, default=None)


def state(progress: Progress, ends_at: datetime | None, now: datetime) -> ResponseState:
    """Reached, missed, or still open. What was reached in time stays reached."""
    if progress.complete:
        return ResponseState.DONE
    return ResponseState.MISSED if ends_at is not None and ends_at <= now else ResponseState.OPEN
