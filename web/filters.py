"""Numbers, money and dates as a shop's people read them: Babel, in the programme's locale and zone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from itertools import groupby
from typing import Protocol
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_skeleton, format_time
from babel.numbers import format_currency, format_decimal, get_currency_precision

from loyalty.languages import Language, message

MINUS = "\N{MINUS SIGN}"
TODAY, YESTERDAY = message("Today"), message("Yesterday")


class Dated(Protocol):
    """Anything that happened at a moment."""

    @property
    def at(self) -> datetime: ...


@lru_cache(maxsize=64)
def parsed_locale(name: str) -> Locale:
    return Locale.parse(name.replace("-", "_"))


@lru_cache(maxsize=4096)
def grouped(number: int | Decimal, locale: str) -> str:
    return format_decimal(number, locale=parsed_locale(locale))


@lru_cache(maxsize=4096)
def priced(minor: int, currency: str, locale: str) -> str:
    """`minor` units in words of `currency`: the only place that divides, exactly, by its precision."""
    amount = Decimal(minor).scaleb(-get_currency_precision(currency))
    return format_currency(amount, currency, locale=parsed_locale(locale)).replace("-", MINUS)


@lru_cache(maxsize=4096)
def dated(day: date, skeleton: str, locale: str) -> str:
    if skeleton in ("long", "medium", "full"):
        return format_date(day, skeleton, locale=parsed_locale(locale))
    return format_skeleton(
        skeleton, datetime(day.year, day.month, day.day, tzinfo=UTC), locale=parsed_locale(locale)
    )


@lru_cache(maxsize=4096)
def timed(hour: int, minute: int, locale: str) -> str:
    return format_time(time(hour, minute), "short", locale=parsed_locale(locale))


@lru_cache(maxsize=256)
def local_in(zone: str, moment: datetime) -> datetime:
    return moment.astimezone(ZoneInfo(zone))


@dataclass(frozen=True, slots=True)
class Formats:
    """One per request, `fmt` in templates. Every method takes raw numbers or aware moments.

    `language` is the reader's, where the page has more than one.
    """

    locale: str
    zone: str
    currency: str
    unit_one: str
    unit_many: str
    now: datetime
    language: Language | None = None

    def say(self, word: str) -> str:
        """One of our own words in the reader's language."""
        return self.language.gettext(word) if self.language else word

    def unit(self, points: int) -> str:
        """The programme's word for this many points: point, points, stamps."""
        return self.say(self.unit_one if abs(points) == 1 else self.unit_many)

    def amount(self, points: int) -> str:
        """2480 → 2,480 points."""
        return f"{self.num(points)} {self.unit(points)}"

    def num(self, number: int) -> str:
        """2480 → 2,480."""
        return grouped(number, self.locale).replace("-", MINUS)

    def signed(self, points: int) -> str:
        """−500 and +63, with a real minus sign; 0 carries none."""
        return ("+" if points > 0 else "") + self.num(points)

    def money(self, minor: int, currency: str | None = None) -> str:
        """148620 → $1,486.20, in the programme's currency unless another is given."""
        return priced(minor, currency or self.currency, self.locale)

    def times(self, percent: int) -> str:
        """150 → ×1.5."""
        return f"×{grouped(Decimal(percent).scaleb(-2), self.locale)}"

    def local(self, moment: datetime) -> datetime:
        return local_in(self.zone, moment)

    @property
    def today(self) -> date:
        return self.local(self.now).date()

    def day(self, when: date | datetime) -> str:
        """Today, Yesterday, 18 Sep, or 18 Sep 2025 in another year."""
        day, today = self._day(when), self.today
        if day == today:
            return self.say(TODAY)
        if day == today - timedelta(days=1):
            return self.say(YESTERDAY)
        return dated(day, "MMMd" if day.year == today.year else "yMMMd", self.locale)

    def long_day(self, when: date | datetime) -> str:
        """The heading of a day in a timeline: Today, Yesterday, or 18 September 2026."""
        day = self._day(when)
        near = {self.today: self.say(TODAY), self.today - timedelta(days=1): self.say(YESTERDAY)}
        return near.get(day) or dated(day, "long", self.locale)

    def full_day(self, when: date | datetime) -> str:
        """18 September 2026."""
        return dated(self._day(when), "long", self.locale)

    def last_day(self, end: datetime) -> str:
        """The day that ends at `end`: what expires at midnight is good until 31 December 2026."""
        return self.full_day(end - timedelta(microseconds=1))

    def short_day(self, when: date | datetime) -> str:
        """18 Sep, for the labels of an axis."""
        return dated(self._day(when), "MMMd", self.locale)

    def month(self, when: date | datetime) -> str:
        """Sep, for the labels of an axis."""
        return dated(self._day(when), "MMM", self.locale)

    def full_month(self, when: date | datetime) -> str:
        """September 2026."""
        return dated(self._day(when), "yMMMM", self.locale)

    def clock(self, moment: datetime) -> str:
        """The time of day in the programme's zone."""
        local = self.local(moment)
        return timed(local.hour, local.minute, self.locale)

    def exact(self, moment: datetime) -> str:
        """Day and time, for a title."""
        return f"{self.full_day(moment)}, {self.clock(moment)}"

    @property
    def months(self) -> list[tuple[int, str]]:
        """The months by number, as a form offers them."""
        names = parsed_locale(self.locale).months["stand-alone"]["wide"]
        return [(number, names[number]) for number in range(1, 13)]

    def birthday(self, month: int, day: int, year: int | None) -> str:
        """9 December, with the year where it is known."""
        # 2000 is a leap year: 29 February must have a date to be formatted with.
        return dated(date(year or 2000, month, day), "long" if year else "MMMMd", self.locale)

    def _day(self, when: date | datetime) -> date:
        return self.local(when).date() if isinstance(when, datetime) else when


def groupby_day(entries: Sequence[Dated], fmt: Formats) -> list[tuple[str, list[Dated]]]:
    """Entries under the headings of their days, in the order they came."""
    return [
        (heading, list(rows)) for heading, rows in groupby(entries, key=lambda entry: fmt.long_day(entry.at))
    ]


def spark(values: tuple[int, ...], width: int, height: int) -> str:
    """The step line through `values`, oldest first, as an SVG path inside a box with 4 units of air."""
    top, low = max(values), min(0, *values)
    span, step = max(top - low, 1), width / len(values)
    levels = [round(height - 4 - (value - low) * (height - 8) / span, 1) for value in values]
    return f"M0,{levels[0]}" + "".join(
        f"V{level}H{round((n + 1) * step, 1)}" for n, level in enumerate(levels)
    )


def initials(name: str) -> str:
    """One or two letters for an avatar; nothing but letters and digits counts."""
    words = [word for word in name.replace("@", " ").split() if word[0].isalnum()]
    letters = [words[0][0], words[-1][0]] if len(words) > 1 else [word[0] for word in words]
    return "".join(letters).upper()


def hue(uid: str) -> int:
    """One of twelve avatar hues, always the same for the same person."""
    return sum(uid.encode()) % 12
