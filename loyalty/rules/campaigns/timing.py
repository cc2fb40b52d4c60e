"""When a message may go out: quiet hours and frequency caps. PRODUCT M5."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from loyalty.errors import Invalid


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From `begins` until before `ends`, on the wall clock of whoever gets the message; over midnight too."""

    begins: time = time(21, 0)
    ends: time = time(8, 0)

    def __post_init__(self) -> None:
        if self.begins == self.ends:
            raise Invalid("Quiet hours that begin and end together would never end.", field="quiet_ends")

    def holds(self, at: datetime, zone: ZoneInfo) -> bool:
        """Whether `at` lies in them."""
        clock = at.astimezone(zone).time()
        if self.begins < self.ends:
            return self.begins <= clock < self.ends
        return clock >= self.begins or clock < self.ends

    def over(self, at: datetime, zone: ZoneInfo) -> datetime:
        """The first moment, from `at` on, at which a message may go out; in UTC.

        Where clocks jump over the end of the quiet hours, that is the first moment that exists after it.
        """
        if not self.holds(at, zone):
            return at
        here = at.astimezone(zone)
        day = here.date()
        if here.time() >= self.ends:
            day += timedelta(days=1)
        return datetime.combine(day, self.ends, zone).astimezone(UTC)

    def begin(self, after: datetime, zone: ZoneInfo) -> datetime:
        """When the next quiet hours after a moment begin, in UTC: a message must have gone out by then."""
        day = after.astimezone(zone).date()
        begins = datetime.combine(day, self.begins, zone).astimezone(UTC)
        if begins <= after:
            begins = datetime.combine(day + timedelta(days=1), self.begins, zone).astimezone(UTC)
        return begins


@dataclass(frozen=True, slots=True)
class Cap:
    """At most `messages` within `days` times 24 hours. PRODUCT M5."""

    messages: int = 2
    days: int = 7

    def __post_init__(self) -> None:
        if self.messages < 1 or not 1 <= self.days <= 366:
            raise Invalid("A cap is at least one message within 1 to 366 days.", field="cap")

    def is_reached(self, sent: Iterable[datetime], now: datetime) -> bool:
        """Whether one more now would be too many. `sent`: when this person got messages."""
        since = now - timedelta(days=self.days)
        return sum(moment > since for moment in sent) >= self.messages
