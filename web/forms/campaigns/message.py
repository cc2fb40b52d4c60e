"""The fourth step: what it says."""

from typing import Annotated, Self

from pydantic import BeforeValidator, Field

from db.enums import ContactTopic
from loyalty.campaigns.editing import LONGEST_BODY, LONGEST_LINE, LONGEST_WHY
from loyalty.campaigns.stored import Campaign, Message
from loyalty.rules.campaigns.channels import Channels
from web import campaign_words
from web.forms import Fields
from web.forms.campaigns.step import Step


class MessageFields(Fields):
    subject: Annotated[str, Field(max_length=LONGEST_LINE)] = ""
    preheader: Annotated[str, Field(max_length=LONGEST_LINE)] = ""
    body: Annotated[str, Field(max_length=LONGEST_BODY)] = ""
    topic: ContactTopic = ContactTopic.OTHER
    why: Annotated[str, Field(max_length=LONGEST_WHY)] = ""
    channels: Annotated[Channels, BeforeValidator(Channels.of)]


class MessageForm(Step[MessageFields]):
    model = MessageFields
    many = ("channels",)

    @classmethod
    def of(cls, campaign: Campaign) -> Self:
        form, said = cls(), campaign.message
        form.typed |= {"subject": said.subject, "preheader": said.preheader, "body": said.body}
        form.typed |= {"topic": campaign.topic, "why": said.why, "channels": campaign.channels.stored}
        form.version = campaign.version
        return form

    def _check(self) -> None:
        super()._check()
        if "channels" in self.errors:
            self.errors["channels"] = "Choose how it reaches people."

    @property
    def picked(self) -> tuple[str, ...]:
        """The channels as ticked."""
        return tuple(self.typed["channels"].split(","))

    @property
    def message(self) -> Message:
        return Message(self.fields.subject, self.fields.preheader, self.fields.body, self.fields.why)

    @property
    def told(self) -> dict[str, str]:
        return {
            "Subject": self.typed["subject"],
            "Preview text": self.typed["preheader"],
            "Text": self.typed["body"],
            "Why they get it": self.typed["why"],
            "Channels": ", ".join(
                look.label for channel, look in campaign_words.CHANNELS.items() if channel in self.picked
            ),
        }
