"""Spending a balance: which reward. PRODUCT C8."""

from typing import Annotated

from pydantic import Field

from loyalty.rewards.shelf import Shelf
from web.forms import Fields, Form

CHOOSE = "Choose a reward."


class RedemptionFields(Fields):
    """`reward` is the public id of one on the shelf, with the price in points that was shown: “uid:350”."""

    reward: Annotated[str, Field(max_length=40)]

    @property
    def uid(self) -> str:
        return self.reward.partition(":")[0]

    @property
    def shown(self) -> int | None:
        """The price that was agreed to, None when none was sent."""
        price = self.reward.partition(":")[2]
        return int(price) if price.isascii() and price.isdecimal() else None


class RedemptionForm(Form[RedemptionFields]):
    model = RedemptionFields

    @property
    def chosen(self) -> str:
        """The public id of what is ticked, also on a form that isn't right yet."""
        return self.typed["reward"].partition(":")[0]

    def judge(self, shelf: Shelf) -> None:
        """Add what the shelf refuses to the errors."""
        offer = None if self.errors else shelf.offer(self.fields.uid)
        if offer is None:
            self.errors = {"reward": CHOOSE}
        elif offer.refusal and not shelf.repeated:
            self.errors["reward"] = f"{offer.reward.about.name}: {offer.refusal.sentence}"
