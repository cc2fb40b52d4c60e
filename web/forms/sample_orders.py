"""A sample order for the simulator, read from an address: the question can be kept and shared. PRODUCT I2."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Self

from pydantic import Field

from db.enums import LineKind
from loyalty.earning.names import EarningNames
from loyalty.earning.simulating import Sample, SampleLine
from loyalty.errors import Invalid, LoyaltyError
from loyalty.rules import money
from loyalty.rules.earning_rules import LARGEST
from web.forms import Fields, Form, Whole
from web.forms.multipliers import Words

START, MOST = 3, 20
"""Lines of a new sample, and the most there can be."""

KINDS = {LineKind.PRODUCT: "Product", LineKind.GIFT_CARD: "Gift card", LineKind.SHIPPING: "Shipping",
         LineKind.TAX: "Tax", LineKind.DISCOUNT: "Discount"}  # fmt: skip


class LineTyped(Fields):
    amount: Annotated[str, Field(max_length=40)]
    quantity: Annotated[Whole, Field(ge=1, le=100_000)] = 1
    kind: LineKind = LineKind.PRODUCT
    category: Annotated[str, Field(max_length=200)] = ""
    tags: Words = ()
    sku: Annotated[str, Field(max_length=200)] = ""


class LineForm(Form[LineTyped]):
    model = LineTyped


class AboutFields(Fields):
    on: date | None = None
    tier: Annotated[str, Field(max_length=40)] = ""
    store: Annotated[str, Field(max_length=40)] = ""
    channel: Annotated[str, Field(max_length=100)] = ""
    segments: Words = ()
    customer: Annotated[str, Field(max_length=254)] = ""
    first_order: bool = False
    drafts: bool = False


class AboutForm(Form[AboutFields]):
    model = AboutFields
    many = ("segments",)


@dataclass
class SampleForm:
    """The lines, what is known of the order, and the sample when everything is right and something is bought."""

    about: AboutForm
    lines: list[LineForm]
    sample: Sample | None = None

    @classmethod
    def read(cls, query: Mapping[str, str], currency: str, names: EarningNames, today: date) -> Self:
        """Never raises: look at the errors of `about` and of each line, named as they are typed."""
        about = AboutForm.typed_in(query)
        if "on" not in query:
            about.typed["on"] = today.isoformat()
        rows = query.get("rows", "")
        asked = int(rows) if rows.isascii() and rows.isdecimal() and len(rows) < 4 else START
        count = min(max(asked + ("more" in query), 1), MOST)
        form = cls(about, [_line_read(query, n) for n in range(count)])
        ids: dict[str, int | None] = {"tier": None, "store": None}
        for name, known in (("tier", names.tiers), ("store", names.stores)):
            if not about.errors and (uid := getattr(about.fields, name)):
                (ids[name],) = names.ids([uid])
                if ids[name] not in known:
                    about.errors[name] = "Choose one from the list."
        segments: tuple[int, ...] = ()
        if not about.errors:
            try:
                segments = names.segments.ids(about.fields.segments)
            except Invalid as wrong:
                about.errors["segments"] = str(wrong)
        bought = [line for line in form.lines if line.typed["amount"].strip()]
        sold = [made for line in bought if (made := _line(line, currency)) is not None]
        if bought and len(sold) == len(bought) and not about.errors:
            sent = about.fields
            form.sample = Sample(
                tuple(sold),
                sent.on or today,
                ids["tier"],
                ids["store"],
                sent.channel or None,
                sent.first_order,
                segments,
            )
        return form

    def becomes(self, found: Sample | LoyaltyError) -> None:
        """The sample of the customer who was named, or beside their field why there is none."""
        self.sample = None if isinstance(found, LoyaltyError) else found
        if isinstance(found, LoyaltyError):
            self.about.errors["customer"] = str(found)

    @property
    def wrong(self) -> bool:
        return bool(self.about.errors) or any(line.errors for line in self.lines)


def _line_read(query: Mapping[str, str], number: int) -> LineForm:
    form = LineForm()
    form.typed = {name: str(query.get(f"{name}_{number}", "")) for name in form.typed}
    if form.typed["amount"].strip():  # a line without an amount is one that isn't used
        form._check()
    return form


def _line(form: LineForm, currency: str) -> SampleLine | None:
    if form.errors:
        return None
    sent = form.fields
    try:
        minor = money.parse(sent.amount, currency)
    except Invalid as wrong:
        form.errors["amount"] = str(wrong)
        return None
    if sent.kind is LineKind.DISCOUNT:
        minor = -abs(minor)
    if abs(minor) > LARGEST or (minor < 0 and sent.kind is not LineKind.DISCOUNT):
        form.errors["amount"] = "An amount goes from 0; a discount is a line of its own."
        return None
    return SampleLine(minor, sent.quantity, sent.kind, sent.category or None, sent.tags, sent.sku or None)
