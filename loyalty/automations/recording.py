"""What the verbs of automations answer, and the action that tells of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from loyalty import audit
from loyalty.audit import Action
from loyalty.automations.stored import Automation
from loyalty.rules.actors import Actor


@dataclass(frozen=True, slots=True)
class Saved:
    """The automation as it is now, what to say, and the audited action; None where nothing changed."""

    automation: Automation
    sentence: str
    action: Action | None


async def record(
    programme_id: int,
    now: Automation,
    verb: str,
    sentence: str,
    *,
    by: Actor,
    before: dict[str, Any] | None = None,
    without: Sequence[str] = (),
    undo: str = "",
) -> Saved:
    """Write the action, in the caller's transaction. `undo` is the state that taking it back leads to.

    `without` are the names of the segments whose people are kept out, where that is told.
    """
    action = await audit.record(
        programme_id,
        verb,
        ("automation", now.id),
        sentence,
        by=by,
        before=before or {},
        after={"name": now.name, "state": now.state, **told(now, without)},
        undo={"noun": "automations", "automation": now.id, "to": undo} if undo else None,
    )
    return Saved(now, sentence, action)


def told(automation: Automation, without: Sequence[str] = ()) -> dict[str, Any]:
    """What starts it and what keeps it from people, for the trail."""
    terms = automation.terms
    named = {"segment": automation.segment, "tier": automation.tier, "reward": automation.reward}
    return {
        "trigger": terms.trigger,
        "days": terms.days,
        "percent": terms.percent,
        "delay_minutes": int(terms.delay.total_seconds() // 60),
        "exits": sorted(terms.exits),
        "pause_days": terms.pause_days,
        **{noun: each.name for noun, each in named.items() if each},
        **({"without": list(without)} if without else {}),
    }
