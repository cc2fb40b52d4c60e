"""A prize of the pool of birthday surprises, and the bonus for a complete profile. PRODUCT L2."""

from typing import Annotated

from pydantic import Field

from loyalty.preferences.pool import Prize, Wanted
from web.forms import Fields, Form, Whole


class PrizeFields(Fields):
    """Either `points` or `reward`, the public id of one."""

    name: Annotated[str, Field(max_length=120)]
    weight: Whole
    points: Whole | None = None
    reward: Annotated[str, Field(max_length=22)] = ""
    stock: Whole | None = None


class PrizeForm(Form[PrizeFields]):
    model = PrizeFields

    def draw(self, about: Prize) -> None:
        """Show the prize as it is."""
        shown = {"weight": about.weight, "points": about.points, "stock": about.stock}
        self.typed |= {name: "" if value is None else str(value) for name, value in shown.items()}
        self.typed |= {"name": about.name, "reward": about.reward_uid or ""}
        self.version = about.version

    @property
    def wanted(self) -> Wanted:
        sent = self.fields
        return Wanted(sent.name, sent.weight, sent.points, sent.reward or None, sent.stock)


class BonusFields(Fields):
    points: Whole = 0


class BonusForm(Form[BonusFields]):
    model = BonusFields
