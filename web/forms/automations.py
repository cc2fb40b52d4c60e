"""A new automation, and what starts one, as they are typed. PRODUCT M5."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Annotated, Literal, Self

from pydantic import Field

from db.enums import Exit, Trigger
from loyalty.automations.stored import Automation
from loyalty.campaigns.recording import LONGEST_NAME
from loyalty.campaigns.stored import Wanted
from loyalty.rules.automations import Terms
from web import automation_words
from web.forms import Fields, Form, Whole
from web.forms.campaigns.step import Step

SIZES = {"minutes": 1, "hours": 60, "days": 1440}
"""Units of the delay, in minutes."""


class NewFields(Fields):
    """`like`: the ready one it begins with; empty: none."""

    name: Annotated[str, Field(max_length=LONGEST_NAME)] = ""
    like: Annotated[str, Field(max_length=40)] = ""


class NewForm(Form[NewFields]):
    model = NewFields

    def _check(self) -> None:
        super()._check()
        if not self.errors and not self.fields.like and not self.fields.name:
            self.errors["name"] = "Give it a name."


class TriggerFields(Fields):
    """Only what the trigger needs is looked at."""

    trigger: Trigger
    segment: Annotated[str, Field(max_length=40)] = ""
    tier: Annotated[str, Field(max_length=40)] = ""
    reward: Annotated[str, Field(max_length=40)] = ""
    quiet: Whole = 0
    before: Whole = 0
    percent: Annotated[Whole, Field(ge=1, le=100)] = 100
    delay: Annotated[Whole, Field(ge=0, le=525_600)] = 0
    unit: Literal["minutes", "hours", "days"] = "days"
    exits: str = ""
    without: str = ""
    pause_days: Annotated[Whole, Field(ge=0, le=3_660)] = 0


class TriggerForm(Step[TriggerFields]):
    model = TriggerFields
    many = ("exits", "without")

    @classmethod
    def of(cls, automation: Automation, kept_out: Iterable[Wanted]) -> Self:
        """As it is saved. `kept_out` are the segments whose people it isn’t for."""
        form, terms = cls(), automation.terms
        amount, unit = automation_words.parts(automation)
        form.typed |= {
            "trigger": terms.trigger,
            "segment": automation.segment.uid if automation.segment else "",
            "tier": automation.tier.uid if automation.tier else "",
            "reward": automation.reward.uid if automation.reward else "",
            "quiet": str(terms.days or 60) if terms.trigger is Trigger.QUIET else "60",
            "before": str(terms.days) if terms.trigger is not Trigger.QUIET else "0",
            "percent": str(terms.percent if terms.trigger is Trigger.REACH else 80),
            "delay": str(amount),
            "unit": unit,
            "exits": ",".join(sorted(terms.exits)),
            "without": ",".join(each.uid for each in kept_out),
            "pause_days": str(terms.pause_days),
        }
        form.version = automation.version
        return form

    @property
    def without(self) -> tuple[str, ...]:
        """Public ids of the segments whose people are kept out."""
        return tuple(uid for uid in self.typed["without"].split(",") if uid)

    @property
    def terms(self) -> Terms:
        """What is typed, of a form without errors."""
        sent = self.fields
        return Terms(
            trigger=sent.trigger,
            days=sent.quiet if sent.trigger is Trigger.QUIET else sent.before,
            percent=sent.percent,
            delay=timedelta(minutes=sent.delay * SIZES[sent.unit]),
            exits=frozenset(each for each in Exit if each in sent.exits.split(",")),
            pause_days=sent.pause_days,
        )

    @property
    def told(self) -> dict[str, str]:
        typed = self.typed
        trigger = next((each for each in Trigger if each == typed["trigger"]), None)
        chosen = typed["exits"].split(",")
        return {
            "Starts when somebody": automation_words.TRIGGERS[trigger].label if trigger else "",
            "Waits": f"{typed['delay']} {typed['unit']}",
            "Unless they": ", ".join(text for each, text in automation_words.EXITS.items() if each in chosen),
            "Nobody of": f"{len(self.without)} segments" if self.without else "",
            "Pause": f"{typed['pause_days']} days",
        }


class MoveFields(Fields):
    """`also_now`: for those, too, for whom the trigger holds already."""

    also_now: bool = False


class MoveForm(Form[MoveFields]):
    model = MoveFields
