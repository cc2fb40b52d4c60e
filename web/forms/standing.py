"""Excluding, joining again, erasing for good and giving a tier by hand. PRODUCT A3, F2."""

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import Field, field_validator

from loyalty.tiers.choosing import Choice
from web.forms import Fields, Form

LATEST = date(2200, 1, 1)


class ExclusionFields(Fields):
    reason: Annotated[str, Field(max_length=500)] = ""
    void_rewards: bool = False


class ExclusionForm(Form[ExclusionFields]):
    model = ExclusionFields


class ErasureFields(Fields):
    """`sure` must be ticked: there is no way back."""

    reason: Annotated[str, Field(max_length=500)] = ""
    sure: Annotated[bool, Field(validate_default=True)] = False

    @field_validator("sure")
    @classmethod
    def ticked(cls, sure: bool) -> bool:
        if not sure:
            raise ValueError("Tick this to erase: nothing brings it back.")
        return sure


class ErasureForm(Form[ErasureFields]):
    model = ErasureFields


class JoiningFields(Fields):
    reason: Annotated[str, Field(max_length=500)] = ""


class JoiningForm(Form[JoiningFields]):
    model = JoiningFields


class TierChangeFields(Fields):
    """`until` is the last day the tier can't be lost; empty: a year from now. `every` tier passed, or the new."""

    tier: Annotated[str, Field(max_length=40)]
    notes: Annotated[str, Field(max_length=2000)] = ""
    until: Annotated[date | None, Field(le=LATEST)] = None
    trigger: bool = False
    rewards: Literal["new", "every"] = "new"


class TierChangeForm(Form[TierChangeFields]):
    model = TierChangeFields

    @classmethod
    def blank(cls, about: Choice) -> Self:
        """A new form; the day is the one that holds when nobody says another."""
        form = cls()
        form.typed |= {"until": about.until.isoformat(), "rewards": "new"}
        return form
