"""The steps of a campaign as they are typed: objective, audience, offer, message, pace. PRODUCT M1."""

import secrets
from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Annotated, Any, Self
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from litestar.datastructures.multi_dicts import MultiMixin
from pydantic import BeforeValidator, Field

from db.enums import ContactTopic, Objective, OfferKind
from loyalty.campaigns.editing import LONGEST_BODY, LONGEST_LINE
from loyalty.campaigns.recording import LONGEST_NAME
from loyalty.campaigns.stored import Campaign, Message, Wanted
from loyalty.errors import LoyaltyError
from loyalty.rules.campaigns.offers import Offer
from loyalty.rules.campaigns.timing import Cap, QuietHours
from loyalty.segments.listing import SegmentRow
from web import campaign_words
from web.forms import LONGEST_KEY, F, Fields, Form
from web.forms.multipliers import Words, percent

MOST_SEGMENTS = 100

Differs = tuple[str, str, str]
"""A field’s name, what is saved, and what is typed."""

# The order in which a person who is in several counts for one. PRODUCT M1.
PRIORITY = ("At-Risk Loyals", "VIPs", "Engaged Advocates", "Points Savers", "New Enthusiasts")


class Step(Form[F]):
    """A step as it is typed. `theirs`: what somebody else saved meanwhile, where it differs."""

    def __init__(self) -> None:
        super().__init__()
        self.theirs: list[Differs] = []


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


class AudienceForm:
    """`chosen` get it, nobody of `without` does; both are public ids of segments. `whom`: all or segments."""

    def __init__(self) -> None:
        self.whom = "segments"
        self.chosen: tuple[str, ...] = ()
        self.without: tuple[str, ...] = ()
        self.errors: dict[str, str] = {}
        self.key = secrets.token_urlsafe(16)
        self.version: int | None = None
        self.theirs: list[Differs] = []
        self.names: dict[str, str] = {}

    @classmethod
    def read(cls, sent: MultiMixin[Any]) -> Self:
        """What was sent, or stands in an address. Never raises."""
        form = cls()
        form.whom = "all" if sent.get("whom") == "all" else "segments"
        form.chosen = tuple(str(each)[:40] for each in sent.getall("segments", []))[:MOST_SEGMENTS]
        form.without = tuple(str(each)[:40] for each in sent.getall("without", []))[:MOST_SEGMENTS]
        form.key = str(sent.get("key", ""))[:LONGEST_KEY] or form.key
        version = str(sent.get("version", ""))
        form.version = int(version) if version.isascii() and version.isdecimal() else None
        return form

    @classmethod
    def of(cls, campaign: Campaign, wanted: Iterable[Wanted]) -> Self:
        form = cls()
        found = tuple(wanted)
        form.whom = "all" if campaign.everybody else "segments"
        form.chosen = tuple(each.uid for each in found if not each.excluded)
        form.without = tuple(each.uid for each in found if each.excluded)
        form.version = campaign.version
        return form

    def arrange(self, segments: Iterable[SegmentRow]) -> None:
        """Put what was chosen in the order of priority, whatever the order of the page."""
        self.names = {row.uid: row.name for row in segments}
        self.chosen = tuple(sorted(self.chosen, key=lambda uid: _rank(self.names.get(uid, ""))))

    @property
    def address(self) -> str:
        """Whom it means, as an address tells it."""
        chosen = [("segments", uid) for uid in self.chosen] + [("without", uid) for uid in self.without]
        return urlencode([("whom", self.whom), *chosen])

    @property
    def told(self) -> dict[str, str]:
        def said(uids: Iterable[str]) -> str:
            return ", ".join(self.names.get(uid, "a segment that is gone") for uid in uids)

        gets = "All members" if self.whom == "all" else said(self.chosen)
        return {"Who gets it": gets, "But not": said(self.without)}


def _rank(name: str) -> int:
    return PRIORITY.index(name) if name in PRIORITY else len(PRIORITY)


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


StepForm = ObjectiveForm | AudienceForm | OfferForm | MessageForm | PaceForm


def differing(mine: StepForm, theirs: StepForm) -> list[Differs]:
    """Where what was typed and what somebody else saved differ: the name, theirs, mine."""
    saved = theirs.told
    return [(name, saved[name], text) for name, text in mine.told.items() if saved.get(name, "") != text]
