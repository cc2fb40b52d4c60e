"""The fourth step: what it says."""

from typing import Annotated, Self

from pydantic import Field

from db.enums import ContactTopic
from loyalty.campaigns.editing import LONGEST_BODY, LONGEST_LINE
from loyalty.campaigns.stored import Campaign, Message
from web.forms import Fields
from web.forms.campaigns.step import Step


class MessageFields(Fields):
    subject: Annotated[str, Field(max_length=LONGEST_LINE)] = ""
    preheader: Annotated[str, Field(max_length=LONGEST_LINE)] = ""
    body: Annotated[str, Field(max_length=LONGEST_BODY)] = ""
    topic: ContactTopic = ContactTopic.OTHER


class MessageForm(Step[MessageFields]):
    model = MessageFields

    @classmethod
    def of(cls, campaign: Campaign) -> Self:
        form, said = cls(), campaign.message
        form.typed |= {"subject": said.subject, "preheader": said.preheader, "body": said.body}
        form.typed["topic"] = campaign.topic
        form.version = campaign.version
        return form

    @property
    def message(self) -> Message:
        return Message(self.fields.subject, self.fields.preheader, self.fields.body)

    @property
    def told(self) -> dict[str, str]:
        return {
            "Subject": self.typed["subject"],
            "Preview text": self.typed["preheader"],
            "Text": self.typed["body"],
        }
