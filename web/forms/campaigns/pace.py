"""The fifth step: when it goes out, how often, and to which arms."""

from datetime import date, datetime, time
from typing import Annotated, Any, Self
from zoneinfo import ZoneInfo

from pydantic import Field

from loyalty.campaigns.editing import LONGEST_BODY, LONGEST_LINE
from loyalty.campaigns.stored import Campaign, Message
from loyalty.errors import LoyaltyError
from loyalty.rules.campaigns.timing import Cap, QuietHours
from web.forms import Fields
from web.forms.campaigns.step import Step


class PaceFields(Fields):
    """`when`: at once or on a day at a time, both in the programme's zone. `holdout`, `broadcast` in percent."""

    when: Annotated[str, Field(pattern="^(now|later)$")] = "now"
    day: date | None = None
    clock: time | None = None
    quiet_from: time
    quiet_until: time
    cap_messages: Annotated[int, Field(ge=1, le=100)]
    cap_days: Annotated[int, Field(ge=1, le=366)]
    holdout: Annotated[int, Field(ge=0, le=90)]
    broadcast: Annotated[int, Field(ge=0, le=95)] = 0
    general_subject: Annotated[str, Field(max_length=LONGEST_LINE)] = ""
    general_body: Annotated[str, Field(max_length=LONGEST_BODY)] = ""


class PaceForm(Step[PaceFields]):
    model = PaceFields

    @classmethod
    def of(cls, campaign: Campaign, zone: ZoneInfo) -> Self:
        form, at = cls(), campaign.send_at.astimezone(zone) if campaign.send_at else None
        form.typed |= {
            "when": "later" if at else "now",
            "day": at.date().isoformat() if at else "",
            "clock": f"{at:%H:%M}" if at else "10:00",
            "quiet_from": f"{campaign.quiet.begins:%H:%M}",
            "quiet_until": f"{campaign.quiet.ends:%H:%M}",
            "cap_messages": str(campaign.cap.messages),
            "cap_days": str(campaign.cap.days),
            "holdout": str(campaign.held_out // 100),
            "broadcast": str(campaign.broadcast // 100),
            "general_subject": campaign.general.subject,
            "general_body": campaign.general.body,
        }
        form.version = campaign.version
        return form

    def terms(self, zone: ZoneInfo) -> dict[str, Any] | None:
        """What `editing.pace` is told; None: something is missing, and `errors` says what."""
        if self.errors:
            return None
        sent = self.fields
        if sent.when == "later" and sent.day is None:
            self.errors["day"] = "Choose a day, or send it at once."
            return None
        at = None
        if sent.when == "later" and sent.day is not None:
            at = datetime.combine(sent.day, sent.clock or time(10), zone)
        try:
            quiet = QuietHours(sent.quiet_from, sent.quiet_until)
        except LoyaltyError as wrong:
            self.errors["quiet_until"] = str(wrong)
            return None
        return {
            "quiet": quiet,
            "cap": Cap(sent.cap_messages, sent.cap_days),
            "held_out": sent.holdout * 100,
            "broadcast": sent.broadcast * 100,
            "general": Message(sent.general_subject, body=sent.general_body),
            "send_at": at,
        }

    @property
    def told(self) -> dict[str, str]:
        typed = self.typed
        return {
            "When": f"{typed['day']} {typed['clock']}" if typed["when"] == "later" else "At once",
            "Quiet hours": f"{typed['quiet_from']} to {typed['quiet_until']}",
            "At most": f"{typed['cap_messages']} in {typed['cap_days']} days",
            "Holdout": f"{typed['holdout']}%",
            "General message": f"{typed['broadcast']}%",
            "Its subject": typed["general_subject"],
            "Its text": typed["general_body"],
        }
