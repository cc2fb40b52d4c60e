"""Taking back an audited action (PRODUCT O1): compensating entries, never a deletion.

An action's `undo` payload says how: {"entries": [ids]} reverses ledger entries; {"noun": …} asks that
noun. The undoing is an action of its own, and an action is undone once.
"""

from dataclasses import dataclass
from typing import Any

from db.engine import atomic, loads, one, retried, value
from db.enums import EntryKind
from loyalty import audit
from loyalty.api_keys import undoing as api_keys
from loyalty.audit import Action
from loyalty.automations import undoing as automations
from loyalty.batches import undoing as batches
from loyalty.bonuses import undoing as order_bonuses
from loyalty.campaigns import undoing as campaigns
from loyalty.customers import undoing as customers
from loyalty.earning import undoing as earning
from loyalty.endpoints import undoing as endpoints
from loyalty.errors import AlreadyDone, Invalid, NotAllowed, NotFound
from loyalty.ledger.locking import locked
from loyalty.ledger.posting import remaining
from loyalty.ledger.undoing import reverse
from loyalty.merging import undoing as merging
from loyalty.multipliers import undoing as multipliers
from loyalty.notes import undoing as notes
from loyalty.policies import undoing as policies
from loyalty.preferences import undoing as preferences
from loyalty.programme_details import undoing as programme_details
from loyalty.referrals import undoing as referrals
from loyalty.reviews import undoing as reviews
from loyalty.rewards import undoing as rewards
from loyalty.rings import undoing as rings
from loyalty.rules.actors import Actor
from loyalty.segments import undoing as segments
from loyalty.surveys import undoing as surveys
from loyalty.tiers import undoing as tiers
from loyalty.till import undoing as till

COMMENT = "Correction"
"""What a member reads beside points that were taken back."""

_NOUNS = {
    "api_keys": api_keys,
    "automations": automations,
    "batches": batches,
    "campaigns": campaigns,
    "customers": customers,
    "earning": earning,
    "endpoints": endpoints,
    "multipliers": multipliers,
    "merging": merging,
    "notes": notes,
    "order_bonuses": order_bonuses,
    "preferences": preferences,
    "policies": policies,
    "programme_details": programme_details,
    "referrals": referrals,
    "reviews": reviews,
    "rewards": rewards,
    "rings": rings,
    "segments": segments,
    "surveys": surveys,
    "tiers": tiers,
    "till": till,
}
"""Who knows how to take an action of each noun back: `undo(programme_id, row, *, by, reason)`."""

_ACTION = """SELECT a.id, a.uid, a.verb, a.subject_kind, a.subject_id, a.customer_id, a.sentence, a.undo,
        a.actor_kind, a.actor_id, u.id AS undone
    FROM actions a LEFT JOIN actions u ON u.programme_id = a.programme_id AND u.undoes_id = a.id
    WHERE a.programme_id = {} AND a.uid = {}"""


@dataclass(frozen=True, slots=True)
class Undone:
    """The sentence for the toast and the action that records the undoing."""

    sentence: str
    action: Action
    customer_id: int | None


@retried
async def undo(
    programme_id: int, action_uid: str, *, by: Actor, reason: str = "", own_only: bool = False
) -> Undone:
    """Take one action back; with `own_only` nobody else's.

    Raises NotFound, NotAllowed for somebody else's, Invalid for what can't be undone, AlreadyDone when it
    was, NotEnoughPoints when the points are spent, and what the noun itself refuses.
    """
    async with atomic():
        row = await one(_ACTION, programme_id, action_uid)
        if row is None:
            raise NotFound("There is no such action in this programme.")
        if own_only and (row["actor_kind"], row["actor_id"]) != (by.kind, by.id):
            raise NotAllowed("Somebody else did this. Ask a manager to take it back.")
        if row["undo"] is None:
            raise Invalid("This can't be undone.")
        row["customer_id"] = await _standing(programme_id, row)
        if row["customer_id"] is not None:  # the lock lets only one of two undoings see it undone or not
            await locked(programme_id, row["customer_id"])
            customer_id, row = row["customer_id"], await one(_ACTION, programme_id, action_uid)
            assert row is not None
            row["customer_id"] = customer_id
        if row["undone"] is not None:
            raise AlreadyDone("This has already been undone.")
        row["undo"] = loads(row["undo"])
        sentence = await _take_back(programme_id, row, by=by, reason=reason)
        action = await audit.undone(programme_id, row, sentence, by=by, reason=reason)
        return Undone(sentence, action, row["customer_id"])


async def _standing(programme_id: int, row: dict[str, Any]) -> int | None:
    """Whose account an action is about now: entries of a merged record are reversed on the one that was kept."""
    if row["customer_id"] is None or "entries" not in loads(row["undo"]):
        return row["customer_id"]
    return await value(
        "SELECT coalesce(merged_into, id) FROM customers WHERE programme_id = {} AND id = {}",
        programme_id,
        row["customer_id"],
    )


async def _take_back(programme_id: int, row: dict[str, Any], *, by: Actor, reason: str) -> str:
    payload = row["undo"]
    if "entries" in payload:
        return await _entries(programme_id, row["customer_id"], payload["entries"], by=by, reason=reason)
    if payload["noun"] not in _NOUNS:
        raise Invalid("This can't be undone.")
    return await _NOUNS[payload["noun"]].undo(programme_id, row, by=by, reason=reason)


async def _entries(
    programme_id: int, customer_id: int, entry_ids: list[int], *, by: Actor, reason: str
) -> str:
    account = await locked(programme_id, customer_id)
    for entry_id in reversed(entry_ids):
        await reverse(account, entry_id, kind=EntryKind.UNDO, by=by, reason=reason, comment=COMMENT)
    available = (await remaining(account)).free - account.debt
    return f"{account.customer_name} has {account.programme.amount(available)} again"
