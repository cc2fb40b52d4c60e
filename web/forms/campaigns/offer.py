"""The third step: what everybody gets with the message, with the codes that are pasted or in a file."""

from typing import Annotated, Self

from litestar.datastructures import FormMultiDict
from pydantic import BeforeValidator, Field

from db.enums import OfferKind
from loyalty.campaigns.stored import Campaign
from loyalty.errors import Invalid
from loyalty.integrations import files
from loyalty.rules.campaigns import codes
from loyalty.rules.campaigns.offers import Offer
from web import campaign_words
from web.forms import Fields, Whole
from web.forms.campaigns.step import Step
from web.forms.multipliers import Words, percent

LONGEST_SHEET = 8_000_000
"""Characters of a list of codes: `codes.MOST` of forty."""

_NEEDS = {
    OfferKind.POINTS: ("points",),
    OfferKind.MULTIPLIER: ("times", "categories", "uses", "days"),
    OfferKind.NTH_ORDER: ("nth", "points", "days"),
    OfferKind.PRICE_CUT: ("reward", "off", "days"),
    OfferKind.REWARD: ("reward",),
    OfferKind.CODE: ("codes", "anew", "days"),
}
"""What each kind asks for. Several share a field: only one of them is chosen."""


class OfferFields(Fields):
    """Only what the kind needs is looked at. `off` is the percentage of a price cut."""

    kind: OfferKind = OfferKind.NONE
    points: Whole = 0
    times: Annotated[int, BeforeValidator(percent)] = 0
    categories: Words = ()
    uses: Whole = 1
    nth: Whole = 0
    off: Whole = 0
    days: Whole = 0
    reward: Annotated[str, Field(max_length=40)] = ""
    codes: Annotated[str, Field(max_length=LONGEST_SHEET)] = ""
    anew: bool = False


class OfferForm(Step[OfferFields]):
    """`brought` are the codes that were typed or in the file."""

    model = OfferFields
    brought: tuple[str, ...] = ()

    @classmethod
    def of(cls, campaign: Campaign) -> Self:
        form, offer = cls(), campaign.offer
        cut = offer.kind is OfferKind.PRICE_CUT
        form.typed |= {
            "kind": offer.kind,
            "points": str(offer.points or ""),
            "times": _times(offer.percent if offer.percent and not cut else 200),
            "categories": ", ".join(offer.categories),
            "uses": str(offer.uses),
            "nth": str(offer.nth or 2),
            "off": str(offer.percent if cut else 30),
            "days": str(offer.days or 14),
            "reward": offer.reward,
        }
        form.version = campaign.version
        return form

    @classmethod
    def sent(cls, given: FormMultiDict, file: tuple[bytes, str] | None) -> Self:
        """What was typed; a file of codes that came with it goes for the text. Never raises."""
        wrong = ""
        if file is not None:
            raw, name = file
            try:
                text = "".join(files.decoded(iter((raw,) if raw else ()), name))
                given = FormMultiDict({**given, "codes": text})
            except Invalid as refusal:
                wrong = str(refusal)
        form = cls.read(given)
        if form.typed["kind"] == OfferKind.CODE:
            form._read_codes(wrong)
        if file is not None:  # nobody looks through what was in a file
            form.typed["codes"] = ""
        return form

    def _read_codes(self, wrong: str) -> None:
        try:
            self.brought = codes.read(self.typed["codes"])
        except Invalid as refusal:
            wrong = str(refusal)
        if wrong:
            self.errors["codes"] = wrong

    def _check(self) -> None:
        kind = next((each for each in OfferKind if each == self.typed["kind"]), OfferKind.NONE)
        kept = {"kind", *_NEEDS.get(kind, ())}
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
            percent=sent.off if sent.kind is OfferKind.PRICE_CUT else sent.times,
            categories=sent.categories,
            uses=sent.uses,
            nth=sent.nth,
            days=sent.days,
            reward=sent.reward,
        )

    @property
    def told(self) -> dict[str, str]:
        kind = next((each for each in OfferKind if each == self.typed["kind"]), OfferKind.NONE)
        names = {
            "points": "Points",
            "times": "How many times",
            "uses": "For how many orders",
            "nth": "Which order",
            "off": "Percent off",
            "days": "Days",
        }
        asked = [name for name in names if name in _NEEDS.get(kind, ())]
        return {
            "Offer": campaign_words.OFFERS[kind].label,
            **{names[each]: self.typed[each] for each in asked},
        }


def _times(percent: int) -> str:
    """200 → 2, 150 → 1.5."""
    return f"{percent // 100}.{percent % 100:02}".rstrip("0").rstrip(".")
