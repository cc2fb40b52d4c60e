"""What drafting and editing share: a draft as its columns, and the action that tells of it."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import time
from typing import Any

from loyalty import audit
from loyalty.audit import Action
from loyalty.campaigns.stored import Campaign, Message
from loyalty.errors import Invalid
from loyalty.rules.actors import Actor
from loyalty.rules.campaigns.channels import Channels
from loyalty.rules.campaigns.offers import Offer
from loyalty.rules.campaigns.timing import Cap, QuietHours

LONGEST_NAME = 120


@dataclass(frozen=True, slots=True)
class Saved:
    """The campaign as it is now, what to say, and the audited action; None where nothing changed."""

    campaign: Campaign
    sentence: str
    action: Action | None


def columns(draft: Mapping[str, Any]) -> dict[str, Any]:
    """What a draft says, by the columns it is kept in."""
    kept: dict[str, Any] = {}
    for name, said in draft.items():
        match said:
            case Message() if name == "general":
                kept |= {"general_subject": said.subject, "general_body": said.body}
            case Offer():
                kept["offer"] = json.dumps(said.to_dict())
            case Message():
                kept |= {
                    "subject": said.subject,
                    "preheader": said.preheader,
                    "body": said.body,
                    "why": said.why,
                }
            case Channels():
                kept[name] = said.stored
            case QuietHours():
                kept |= {"quiet_from": _minutes(said.begins), "quiet_until": _minutes(said.ends)}
            case Cap():
                kept |= {"cap_messages": said.messages, "cap_days": said.days}
            case _:
                kept[name] = said
    return kept


def _minutes(clock_time: time) -> int:
    return clock_time.hour * 60 + clock_time.minute


def named(name: str) -> str:
    name = " ".join(name.split())
    if not 1 <= len(name) <= LONGEST_NAME:
        raise Invalid(f"A name has 1 to {LONGEST_NAME} characters.", field="name")
    return name


async def record(
    programme_id: int,
    now: Campaign,
    verb: str,
    sentence: str,
    *,
    by: Actor,
    changed: Iterable[str] = (),
) -> Saved:
    """Write the action. One that is new can be undone; what a draft says is simply said anew."""
    undo = (
        {"noun": "campaigns", "campaign": now.id, "to": "cancelled"} if verb != "campaign.changed" else None
    )
    action = await audit.record(
        programme_id,
        verb,
        ("campaign", now.id),
        sentence,
        by=by,
        after={"name": now.name, "changed": sorted(changed)},
        undo=undo,
    )
    return Saved(now, sentence, action)
