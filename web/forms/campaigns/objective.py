"""The first step: what it is called, and what it is for."""

from typing import Annotated, Self

from pydantic import Field

from db.enums import Objective
from loyalty.campaigns.recording import LONGEST_NAME
from loyalty.campaigns.stored import Campaign
from web import campaign_words
from web.forms import Fields
from web.forms.campaigns.step import Step


class ObjectiveFields(Fields):
    name: Annotated[str, Field(max_length=LONGEST_NAME)]
    objective: Objective


class ObjectiveForm(Step[ObjectiveFields]):
    model = ObjectiveFields

    @classmethod
    def of(cls, campaign: Campaign) -> Self:
        form = cls()
        form.typed |= {"name": campaign.name, "objective": campaign.objective}
        form.version = campaign.version
        return form

    @property
    def told(self) -> dict[str, str]:
        objective = next((each for each in Objective if each == self.typed["objective"]), None)
        return {
            "Name": self.typed["name"],
            "Objective": campaign_words.OBJECTIVES[objective].label if objective else "",
        }
