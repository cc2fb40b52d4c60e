"""The third step: what everybody gets with the message."""

from typing import Annotated, Self

from pydantic import BeforeValidator, Field

from db.enums import OfferKind
from loyalty.campaigns.stored import Campaign
from loyalty.rules.campaigns.offers import Offer
from web import campaign_words
from web.forms import Fields
from web.forms.campaigns.step import Step
from web.forms.multipliers import Words, percent


def _times(percent: int) -> str:
    """200 → 2, 150 → 1.5."""
    return f"{percent // 100}.{percent % 100:02}".rstrip("0").rstrip(".")


class OfferFields(Fields):
    """Only what the kind needs is looked at."""

    kind: OfferKind = OfferKind.NONE
    points: int = 0
    times: Annotated[int, BeforeValidator(percent)] = 0
    categories: Words = ()
    days: int = 0
    reward: Annotated[str, Field(max_length=40)] = ""


class OfferForm(Step[OfferFields]):
    model = OfferFields

    @classmethod
    def of(cls, campaign: Campaign) -> Self:
        form, offer = cls(), campaign.offer
        form.typed |= {
            "kind": offer.kind,
            "points": str(offer.points or ""),
            "times": _times(offer.percent or 200),
            "categories": ", ".join(offer.categories),
            "days": str(offer.days or 14),
            "reward": offer.reward,
        }
        form.version = campaign.version
        return form

    def _check(self) -> None:
        kind = self.typed["kind"] or OfferKind.NONE.value
        used = {"points": ("points",), "multiplier": ("times", "categories", "days"), "reward": ("reward",)}
        kept = {"kind", *used.get(kind, ())}
        whole = self.typed
        # What another kind would need stays on the form, unchecked.
        self.typed = {name: text if name in kept else "" for name, text in whole.items()}
        super()._check()
        self.typed = whole

    @property
    def offer(self) -> Offer:
        """What is typed, of a form without errors."""
        sent = self.fields
        return Offer(
            kind=sent.kind,
            points=sent.points,
            percent=sent.times,
            categories=sent.categories,
            days=sent.days,
            reward=sent.reward,
        )

    @property
    def told(self) -> dict[str, str]:
        kind = next((each for each in OfferKind if each == self.typed["kind"]), OfferKind.NONE)
        return {"Offer": campaign_words.OFFERS[kind].label, **{
            label: self.typed[name]
            for name, label in (("points", "Points"), ("times", "How many times"), ("days", "Days"))
        }}  # fmt: skip
