"""Adjusting a balance by hand: what is typed, and what it would do. PRODUCT C7."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field

from loyalty.errors import Invalid
from loyalty.ledger.outlook import Outlook
from loyalty.rules import adjustments as rules
from web.forms import Fields, Form

PAST = "This day is over; choose one that is still to come."


def whole(typed: str) -> int:
    """A signed number of points, or pydantic's kind of error with our sentence."""
    try:
        return rules.parse_points(typed)
    except Invalid as wrong:
        raise ValueError(str(wrong)) from wrong


class AdjustmentFields(Fields):
    """`direction` Remove takes away whatever the sign; a minus does the same under Add.

    `ask`: what is above the person's own limit is asked of a second one.
    """

    points: Annotated[int, BeforeValidator(whole)]
    direction: Literal["add", "remove"] = "add"
    reason: Annotated[str, Field(max_length=500)]
    comment: Annotated[str, Field(max_length=500), AfterValidator(rules.comment)] = rules.DEFAULT_COMMENT
    counts: bool = False
    expires: date | None = None
    ask: bool = False

    @property
    def signed(self) -> int:
        return -abs(self.points) if self.direction == "remove" else self.points


class Glance(Fields):
    """The part of the form that decides on the preview."""

    points: Annotated[int, BeforeValidator(whole)]
    direction: Literal["add", "remove"] = "add"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the form would do, in points. `after` None: nothing typed yet, or nothing that can be done.

    `instead` is the largest that can be done in its place, 0 for nothing. `ask`: a second person may allow it.
    """

    points: int | None
    after: int | None
    refusal: str | None = None
    instead: int = 0
    ask: bool = False


class AdjustmentForm(Form[AdjustmentFields]):
    model = AdjustmentFields

    @classmethod
    def blank(cls, typed: Mapping[str, str]) -> Self:
        """A new form; `points` and `direction` may come with the address."""
        form = cls()
        given = {name: typed[name][:20] for name in ("points", "direction") if name in typed}
        form.typed |= {"direction": "add", "comment": rules.DEFAULT_COMMENT} | given
        return form

    def judge(self, about: Outlook) -> None:
        """Add what the balance, the limits and the calendar refuse to the errors."""
        if self.errors:
            return
        refusal = about.why_not(self.fields.signed)
        if refusal and not self.asks(about):
            self.errors["points"] = refusal
        if self.fields.expires and self.fields.signed > 0 and self.fields.expires < about.today:
            self.errors["expires"] = PAST

    def asks(self, about: Outlook) -> bool:
        """Whether this goes to a second person: that was pressed, and a limit is all that stands in the way."""
        return self.fields.ask and about.needs_second(self.fields.signed)

    def outcome(self, about: Outlook) -> Outcome:
        """The preview under the form."""
        glance = GlanceForm.typed_in(self.typed)
        if not self.typed["points"].strip():
            return Outcome(None, None)
        if glance.errors:
            return Outcome(None, None, glance.errors.get("points"))
        points = -abs(glance.fields.points) if glance.fields.direction == "remove" else glance.fields.points
        refusal = about.why_not(points)
        if refusal is None:
            return Outcome(points, about.available + points)
        largest = about.allowed.largest(points, about.available)
        return Outcome(points, None, refusal, largest, about.needs_second(points))


class GlanceForm(Form[Glance]):
    model = Glance
