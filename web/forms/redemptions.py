"""Spending a balance: which reward. PRODUCT C8."""

from typing import Annotated

from pydantic import Field

from loyalty.rewards.shelf import Shelf
from web.forms import Fields, Form

CHOOSE = "Choose a reward."


class RedemptionFields(Fields):
    """`reward` is the public id of one on the shelf."""

    reward: Annotated[str, Field(max_length=40)]


class RedemptionForm(Form[RedemptionFields]):
    model = RedemptionFields

    def judge(self, shelf: Shelf) -> None:
        """Add what the shelf refuses to the errors."""
        offer = None if self.errors else shelf.offer(self.fields.reward)
        if offer is None:
            self.errors = {"reward": CHOOSE}
        elif offer.refusal and not shelf.repeated:
            self.errors["reward"] = f"{offer.reward.about.name}: {offer.refusal.sentence}"
