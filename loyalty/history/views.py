"""What the History tab is given."""

from dataclasses import dataclass
from datetime import datetime

from db.enums import ActorKind
from loyalty.customers.views import Birthday

Shown = str | int | bool | Birthday | None


@dataclass(frozen=True, slots=True)
class Change:
    """One thing an action changed. None where the action says nothing about before, or about after."""

    label: str
    before: Shown
    after: Shown


@dataclass(frozen=True, slots=True)
class Deed:
    """One audited action. `undo` is its uid while it can be taken back; `undone_by` names the action that did.

    `undoes` is the uid of the action that this one took back.
    """

    uid: str
    sentence: str
    reason: str
    actor: str
    actor_kind: ActorKind
    at: datetime
    changes: tuple[Change, ...]
    undo: str | None
    undone_by: str | None
    undoes: str | None


@dataclass(frozen=True, slots=True)
class History:
    """One keyset page."""

    rows: tuple[Deed, ...]
    previous: str | None
    next: str | None
