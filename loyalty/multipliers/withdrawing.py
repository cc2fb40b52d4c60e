"""Taking back a multiplier that still waits."""

from dataclasses import dataclass

from db.engine import atomic, retried
from db.enums import MultiplierStatus
from loyalty import audit
from loyalty.audit import Action
from loyalty.errors import AlreadyDone, NotFound
from loyalty.ledger.locking import locked
from loyalty.multipliers import stored
from loyalty.rules.actors import Actor


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """What to say, and the audited action, which can be undone."""

    sentence: str
    action: Action


@retried
async def withdraw(programme_id: int, customer_id: int, uid: str, *, by: Actor) -> Withdrawn:
    """Take a waiting multiplier away from a customer. PRODUCT I3.

    Raises NotFound, AlreadyDone for one that an order has used or that was withdrawn before.
    """
    async with atomic():
        account = await locked(programme_id, customer_id)
        found = await stored.by_uid(programme_id, customer_id, uid)
        if found is None:
            raise NotFound("There is no such multiplier.")
        if not await stored.withdraw(programme_id, found.id, account.now):
            used = found.status is MultiplierStatus.USED
            raise AlreadyDone(
                "An order has used it meanwhile." if used else "This multiplier has been withdrawn already."
            )
        action = await audit.record(
            programme_id,
            "multiplier.withdrawn",
            ("multiplier", found.id),
            f"{found.name} was taken back from {{customer}}",
            by=by,
            customer_id=customer_id,
            undo={"noun": "multipliers", "multiplier": found.id, "to": "waiting"},
        )
        return Withdrawn(f"{found.name} was taken back from {account.customer_name}", action)
