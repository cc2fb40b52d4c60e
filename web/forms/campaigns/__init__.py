"""The steps of a campaign as they are typed, one module a step. PRODUCT M1."""

from typing import Protocol

from web.forms.campaigns.audience import AudienceForm
from web.forms.campaigns.message import MessageForm
from web.forms.campaigns.objective import ObjectiveForm
from web.forms.campaigns.offer import OfferForm
from web.forms.campaigns.pace import PaceForm
from web.forms.campaigns.step import Differs

StepForm = ObjectiveForm | AudienceForm | OfferForm | MessageForm | PaceForm


class Told(Protocol):
    """A form that can say what is typed in it, by the names of its fields."""

    @property
    def told(self) -> dict[str, str]: ...


def differing(mine: Told, theirs: Told) -> list[Differs]:
    """Where what was typed and what somebody else saved differ: the name, theirs, mine."""
    saved = theirs.told
    return [(name, saved[name], text) for name, text in mine.told.items() if saved.get(name, "") != text]


__all__ = [
    "AudienceForm",
    "MessageForm",
    "ObjectiveForm",
    "OfferForm",
    "PaceForm",
    "StepForm",
    "differing",
]
