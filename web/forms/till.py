"""What counter staff type: the box, an amount with its receipt. PRODUCT E5."""

from typing import Annotated

from pydantic import Field

from loyalty.errors import Invalid
from loyalty.rules import money
from loyalty.rules.cards import LENGTH
from web.forms import Fields, Form

SCANNED = "That looks like a card. Scan it into the box at the top."


class PurchaseFields(Fields):
    """`amount` as typed, in the programme's currency; `receipt` may be empty; `store` is a counter's public id."""

    amount: Annotated[str, Field(max_length=40)]
    receipt: Annotated[str, Field(max_length=40)] = ""
    store: Annotated[str, Field(max_length=40)] = ""


class PurchaseForm(Form[PurchaseFields]):
    """After `judge`, `amount_minor` is what was typed, in minor units."""

    model = PurchaseFields
    amount_minor: int = 0

    def judge(self, currency: str) -> None:
        """Read the amount, or add why it can't be one to the errors."""
        if self.errors:
            return
        digits = "".join(self.fields.amount.split())
        if digits.isdecimal() and len(digits) >= LENGTH:
            self.errors["amount"] = SCANNED
            return
        try:
            self.amount_minor = money.parse(self.fields.amount, currency, field="amount")
        except Invalid as wrong:
            self.errors["amount"] = str(wrong)


class ActFields(Fields):
    """A press of a button: nothing is typed."""


class ActForm(Form[ActFields]):
    model = ActFields
