"""What an earning rule says, read from JSON or TOML with errors a merchant understands. PRODUCT I1."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar

from db.enums import EarningTrigger
from loyalty.errors import Invalid

LARGEST = 10**12

Word = TypeVar("Word", bound=StrEnum)


class Per(StrEnum):
    """What `points` are given for: every `per_minor` of money, each piece, or the order as a whole."""

    AMOUNT = "amount"
    QUANTITY = "quantity"
    ORDER = "order"


class Base(StrEnum):
    """Which money counts: the whole total with shipping and tax, or product lines after discounts."""

    TOTAL = "total"
    ITEMS = "items"


class Stacking(StrEnum):
    """`sum` adds. Of the `best` rules, each line takes only the one that gives it most."""

    SUM = "sum"
    BEST = "best"


class Rounding(StrEnum):
    FLOOR = "floor"
    HALF_UP = "half_up"
    CEIL = "ceil"


class RoundingAt(StrEnum):
    ORDER = "order"
    LINE = "line"


class Period(StrEnum):
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class Matching:
    """A set of products by any of four marks; empty matches nothing. Compared without case."""

    products: tuple[str, ...] = ()
    skus: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.products or self.skus or self.categories or self.tags)


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleDefinition:
    """One version of an earning rule. PRODUCT I1.

    Empty conditions don't restrict. `stores`, `tiers` and `segments` are ids, `weekdays` ISO (Monday is 1), dates are
    inclusive days of the programme's zone, `min_spend_minor` is compared with what is kept of the order.
    Limits are in points per customer. `hold_days` and `expiry_days` override the programme's when set.
    """

    name: str
    points: int
    trigger: EarningTrigger = EarningTrigger.ORDER
    per: Per = Per.ORDER
    per_minor: int | None = None
    base: Base = Base.TOTAL
    include: Matching = Matching()
    exclude: Matching = Matching()
    gift_cards: bool = False
    stores: tuple[int, ...] = ()
    channels: tuple[str, ...] = ()
    tiers: tuple[int, ...] = ()
    segments: tuple[int, ...] = ()
    weekdays: tuple[int, ...] = ()
    starts_on: date | None = None
    ends_on: date | None = None
    min_spend_minor: int = 0
    first_order_only: bool = False
    max_points_per_order: int | None = None
    period: Period | None = None
    max_points_per_period: int | None = None
    stacking: Stacking = Stacking.SUM
    rounding: Rounding = Rounding.FLOOR
    rounding_at: RoundingAt = RoundingAt.ORDER
    tier_multiplier: bool = True
    hold_days: int | None = None
    expiry_days: int | None = None

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "RuleDefinition":
        """Read a rule; a missing `per` follows from `per_minor`. Raises Invalid naming the field."""
        known = {field.name for field in fields(cls)}
        for key in data:
            if key not in known:
                raise Invalid(f"An earning rule has no field “{key}”.", field=str(key))
        read = _Reader(data)
        default_per = Per.ORDER if data.get("per_minor") is None else Per.AMOUNT
        rule = cls(
            name=read.text("name"),
            points=read.whole("points", 1),
            trigger=read.word("trigger", EarningTrigger, EarningTrigger.ORDER),
            per=read.word("per", Per, default_per),
            per_minor=read.optional("per_minor", 1),
            base=read.word("base", Base, Base.TOTAL),
            include=read.matching("include"),
            exclude=read.matching("exclude"),
            gift_cards=read.flag("gift_cards", False),
            stores=read.ints("stores"),
            channels=read.texts("channels"),
            tiers=read.ints("tiers"),
            segments=read.ints("segments"),
            weekdays=read.ints("weekdays", 1, 7),
            starts_on=read.day("starts_on"),
            ends_on=read.day("ends_on"),
            min_spend_minor=read.whole("min_spend_minor", 0, default=0),
            first_order_only=read.flag("first_order_only", False),
            max_points_per_order=read.optional("max_points_per_order", 1),
            period=None if data.get("period") is None else read.word("period", Period, Period.DAY),
            max_points_per_period=read.optional("max_points_per_period", 1),
            stacking=read.word("stacking", Stacking, Stacking.SUM),
            rounding=read.word("rounding", Rounding, Rounding.FLOOR),
            rounding_at=read.word("rounding_at", RoundingAt, RoundingAt.ORDER),
            tier_multiplier=read.flag("tier_multiplier", True),
            hold_days=read.optional("hold_days", 0),
            expiry_days=read.optional("expiry_days", 1),
        )
        return _consistent(rule)

    def to_dict(self) -> dict[str, Any]:
        """JSON of everything that differs from the default; `from_dict` reads it back to an equal rule."""
        plain: dict[str, Any] = {}
        for field in fields(self):
            value = getattr(self, field.name)
            if field.name in ("name", "points", "trigger", "per") or value != field.default:
                plain[field.name] = _plain(value)
        return plain


@dataclass(frozen=True, slots=True)
class RuleVersion:
    """A definition under the id it is stored by; orders keep the versions they earned under. PRODUCT I2."""

    id: int
    definition: RuleDefinition


def _plain(value: Any) -> Any:
    if isinstance(value, Matching):
        return {f.name: list(getattr(value, f.name)) for f in fields(value) if getattr(value, f.name)}
    if isinstance(value, tuple):
        return list(value)
    if isinstance(value, StrEnum):
        return value.value
    return value.isoformat() if isinstance(value, date) else value


def _consistent(rule: RuleDefinition) -> RuleDefinition:
    if rule.per is Per.AMOUNT and rule.per_minor is None:
        raise Invalid(
            "per_minor says for how much money the points are given; it is missing.", field="per_minor"
        )
    if rule.per is not Per.AMOUNT and rule.per_minor is not None:
        raise Invalid("per_minor only fits points per amount.", field="per_minor")
    if rule.trigger is not EarningTrigger.ORDER and rule.per is not Per.ORDER:
        raise Invalid(f"per: points for “{rule.trigger}” are a fixed number.", field="per")
    if rule.stacking is Stacking.BEST and rule.per is Per.ORDER:
        raise Invalid("stacking: a fixed bonus always adds; it can't be “best”.", field="stacking")
    if rule.starts_on and rule.ends_on and rule.ends_on < rule.starts_on:
        raise Invalid("ends_on is before starts_on.", field="ends_on")
    if (rule.period is None) != (rule.max_points_per_period is None):
        missing = "period" if rule.period is None else "max_points_per_period"
        raise Invalid(f"{missing} is missing: a limit needs both its period and its points.", field=missing)
    return rule


class _Reader:
    """Reads typed values out of parsed JSON or TOML; every refusal names its field."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.data = data

    def text(self, key: str) -> str:
        value = self.data.get(key)
        if not isinstance(value, str) or not value.strip() or len(value) > 200:
            raise Invalid(f"{key} must be a text of 1 to 200 characters.", field=key)
        return value.strip()

    def whole(self, key: str, least: int, most: int = LARGEST, *, default: int | None = None) -> int:
        value = self.data.get(key, default)
        return self._whole(key, value, least, most)

    def optional(self, key: str, least: int) -> int | None:
        return None if self.data.get(key) is None else self.whole(key, least)

    def word(self, key: str, words: type[Word], default: Word) -> Word:
        value = self.data.get(key, default)
        try:
            return words(value)
        except ValueError:
            raise Invalid(f"{key} must be one of: {', '.join(words)}.", field=key) from None

    def flag(self, key: str, default: bool) -> bool:
        value = self.data.get(key, default)
        if not isinstance(value, bool):
            raise Invalid(f"{key} must be true or false.", field=key)
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        return self._texts(key, self.data.get(key, ()))

    def ints(self, key: str, least: int = 0, most: int = 2**63 - 1) -> tuple[int, ...]:
        value = self.data.get(key, ())
        if not isinstance(value, list | tuple):
            raise Invalid(f"{key} must be a list of whole numbers.", field=key)
        return tuple(self._whole(key, item, least, most) for item in value)

    def day(self, key: str) -> date | None:
        value = self.data.get(key)
        if value is None or type(value) is date:
            return value
        try:
            return date.fromisoformat(value)
        except (TypeError, ValueError):
            raise Invalid(f"{key} must be a day such as 2026-12-31.", field=key) from None

    def matching(self, key: str) -> Matching:
        value = self.data.get(key, {})
        names = [field.name for field in fields(Matching)]
        if not isinstance(value, Mapping) or not set(value) <= set(names):
            raise Invalid(f"{key} may hold {', '.join(names)}.", field=key)
        return Matching(**{name: self._texts(f"{key}.{name}", value.get(name, ())) for name in names})

    def _texts(self, key: str, value: Any) -> tuple[str, ...]:
        if not isinstance(value, list | tuple) or not all(isinstance(item, str) and item for item in value):
            raise Invalid(f"{key} must be a list of texts.", field=key)
        return tuple(value)

    def _whole(self, key: str, value: Any, least: int, most: int) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            raise Invalid(f"{key} must be a whole number from {least} to {most}.", field=key)
        return value
