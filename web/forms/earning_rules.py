"""An earning rule as a shopkeeper types it. PRODUCT I1, I2."""

from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field

from db.enums import EarningTrigger
from loyalty.earning.names import EarningNames
from loyalty.errors import Invalid, LoyaltyError
from loyalty.rules import money
from loyalty.rules.earning_rules import (
    LARGEST,
    Base,
    Matching,
    Per,
    Period,
    Rounding,
    RoundingAt,
    RuleDefinition,
    Stacking,
)
from web.forms import Fields, Form, Whole
from web.forms.multipliers import Words

Text = Annotated[str, Field(max_length=40)]


def _short(found: tuple[str, ...]) -> tuple[str, ...]:
    if len(found) > 100 or any(len(word) > 200 for word in found):
        raise ValueError("Up to 100 entries of at most 200 characters each.")
    return found


def _ints(typed: str) -> tuple[int, ...]:
    return tuple(int(part) for part in typed.split(",") if part.isascii() and part.isdecimal())


Marks = Annotated[Words, AfterValidator(_short)]
Ids = Annotated[tuple[int, ...], BeforeValidator(_ints)]
Points = Annotated[Whole, Field(ge=1, le=LARGEST)]
Days = Annotated[Whole, Field(ge=0, le=36_600)]


class RuleFields(Fields):
    """`effective` is the first day of the version, empty for now. Amounts are texts: `judge` knows the currency."""

    name: Annotated[str, Field(max_length=120)]
    trigger: EarningTrigger = EarningTrigger.ORDER
    points: Points
    per: Per = Per.AMOUNT
    per_amount: Text = ""
    base: Base = Base.ITEMS
    include_categories: Marks = ()
    include_tags: Marks = ()
    include_skus: Marks = ()
    include_products: Marks = ()
    exclude_categories: Marks = ()
    exclude_tags: Marks = ()
    exclude_skus: Marks = ()
    exclude_products: Marks = ()
    gift_cards: bool = False
    stores: Words = ()
    channels: Marks = ()
    tiers: Words = ()
    segments: Words = ()
    weekdays: Ids = ()
    starts_on: date | None = None
    ends_on: date | None = None
    min_spend: Text = ""
    first_order_only: bool = False
    max_points_per_order: Points | None = None
    max_points_per_period: Points | None = None
    period: Period | None = None
    stacking: Stacking = Stacking.SUM
    rounding: Rounding = Rounding.FLOOR
    rounding_at: RoundingAt = RoundingAt.ORDER
    tier_multiplier: bool = False
    hold_days: Days | None = None
    expiry_days: Annotated[Whole, Field(ge=1, le=36_600)] | None = None
    effective: date | None = None
    status: Literal["draft", "active"] = "draft"


OURS = {"per_minor": "per_amount", "min_spend_minor": "min_spend"}
"""Fields of a definition that are called otherwise here."""


class RuleForm(Form[RuleFields]):
    model = RuleFields
    many = ("stores", "tiers", "segments", "weekdays")
    definition: RuleDefinition

    @property
    def judged(self) -> bool:
        """Whether there is a definition, whatever a verb then said about it."""
        return hasattr(self, "definition")

    @classmethod
    def of(
        cls, rule: RuleDefinition, currency: str, names: EarningNames, *, version: int | None = None
    ) -> Self:
        """The form of a stored rule; stores, tiers and segments go by their public ids."""
        form = cls()
        form.version = version
        form.typed |= {name: _typed(value) for name, value in _plain(rule, currency).items()}
        for name in ("stores", "tiers"):
            form.typed[name] = ",".join(names.uids[id_] for id_ in getattr(rule, name) if id_ in names.uids)
        form.typed["segments"] = ",".join(names.segments.uids[id_] for id_ in rule.segments)
        return form

    @classmethod
    def blank(cls, currency: str, names: EarningNames) -> Self:
        """A new rule: one point for each unit of money spent on items."""
        unit = 10 ** money.exponent(currency)
        start = RuleDefinition(name="-", points=1, per=Per.AMOUNT, per_minor=unit, base=Base.ITEMS)
        form = cls.of(start, currency, names)
        form.typed |= {"name": "", "status": "draft"}
        return form

    def refuse(self, refusal: LoyaltyError, version: int | None = None) -> None:
        """Put a verb's refusal beside its field; with the row version of now, sending again replaces."""
        self.errors[refusal.field or "name"] = str(refusal)
        self.version = version

    def judge(self, currency: str, names: EarningNames, was: RuleDefinition | None = None) -> None:
        """Build `definition`, or say by field why there is none. What the rule named before, `was`, it may keep."""
        if self.errors:
            return
        sent, amounts = self.fields, {}
        ids = {"stores": names.ids(sent.stores), "tiers": names.ids(sent.tiers)}
        fixed = sent.trigger is not EarningTrigger.ORDER
        per = Per.ORDER if fixed else sent.per
        for name in ("per_amount", "min_spend"):
            try:
                amounts[name] = _amount(getattr(sent, name), currency)
            except Invalid as wrong:
                self.errors[name] = str(wrong)
        if per is Per.AMOUNT and not amounts.get("per_amount", 1):
            self.errors.setdefault("per_amount", "Say for how much money the points are given.")
        for name, known in (("stores", names.stores), ("tiers", names.tiers)):
            if not set(ids[name]) <= {*known, *(getattr(was, name) if was else ())}:
                self.errors[name] = "Choose from the list."
        try:
            ids["segments"] = names.segments.ids(sent.segments, kept=was.segments if was else ())
        except Invalid as wrong:
            self.errors["segments"] = str(wrong)
        if any(not 1 <= day <= 7 for day in sent.weekdays):
            self.errors["weekdays"] = "Choose from the list."
        if self.errors:
            return
        try:
            self.definition = RuleDefinition.from_dict({**_data(sent, per, amounts), **ids})
        except Invalid as wrong:
            field = wrong.field or "name"
            self.errors[OURS.get(field, field)] = SENTENCES.get(field, str(wrong))


SENTENCES = {
    "ends_on": "The last day is before the first.",
    "stacking": "A fixed bonus always adds up; it can’t compete.",
    "period": "A limit needs its period, too.",
    "max_points_per_period": "Say how many points the limit is.",
}


def _data(sent: RuleFields, per: Per, amounts: dict[str, int | None]) -> dict[str, Any]:
    same = ("name", "points", "trigger", "base", "gift_cards", "channels", "weekdays",
            "starts_on", "ends_on", "first_order_only", "max_points_per_order", "max_points_per_period", "period",
            "rounding", "rounding_at", "tier_multiplier", "hold_days", "expiry_days")  # fmt: skip
    marks = ("categories", "tags", "skus", "products")
    return {
        **{name: getattr(sent, name) for name in same},
        "per": per,
        "per_minor": amounts["per_amount"] if per is Per.AMOUNT else None,
        "min_spend_minor": amounts["min_spend"] or 0,
        "stacking": Stacking.SUM if per is Per.ORDER else sent.stacking,
        "include": {mark: getattr(sent, f"include_{mark}") for mark in marks},
        "exclude": {mark: getattr(sent, f"exclude_{mark}") for mark in marks},
    }


def _amount(typed: str, currency: str) -> int | None:
    if not typed:
        return None
    minor = money.parse(typed, currency)
    if not 0 <= minor <= LARGEST:
        raise Invalid("An amount of money can’t be below nothing.")
    return minor


def _plain(rule: RuleDefinition, currency: str) -> dict[str, Any]:
    names = [name for name in RuleFields.model_fields if hasattr(rule, name)]
    found = {name: getattr(rule, name) for name in names}
    for side, marks in (("include", rule.include), ("exclude", rule.exclude)):
        found |= {f"{side}_{mark}": getattr(marks, mark) for mark in Matching.__slots__}
    found["per_amount"] = money.plain(rule.per_minor, currency) if rule.per_minor else ""
    found["min_spend"] = money.plain(rule.min_spend_minor, currency) if rule.min_spend_minor else ""
    return found


def _typed(value: Any) -> str:
    if isinstance(value, tuple):
        return ",".join(map(str, value)) if value and isinstance(value[0], int) else ", ".join(value)
    if isinstance(value, bool):
        return "on" if value else ""
    return "" if value is None else str(value)


class SwitchFields(Fields):
    """`effective` is the first day, empty for now."""

    effective: date | None = None


class SwitchForm(Form[SwitchFields]):
    model = SwitchFields
