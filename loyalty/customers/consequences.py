"""What excluding somebody, or letting them join again, would mean now (PRODUCT A3)."""

from dataclasses import dataclass

from db.engine import one, snapshot
from db.enums import CustomerType
from loyalty import clock, programmes
from loyalty.customers.balance import balance
from loyalty.errors import NotFound
from loyalty.rules.customers import Consequences, refuse_erased, refuse_move
from loyalty.rules.days import zone
from loyalty.rules.naming import name_of

_CUSTOMER = """SELECT c.id, c.type, c.first_name, c.last_name, c.email, c.phone, c.erased_at,
      (SELECT count(*) FROM issued_rewards i WHERE i.programme_id = {0} AND i.customer_id = c.id
        AND i.status IN ('outstanding', 'reserved')) AS rewards,
      (SELECT count(*) FROM referrals r WHERE r.programme_id = {0} AND r.referrer_id = c.id
        AND r.status = 'pending') AS referrals
    FROM customers c WHERE c.programme_id = {0} AND c.uid = {1}"""


@dataclass(frozen=True, slots=True)
class Confirmation:
    """Whom it concerns, and what would happen as sentences, most important first."""

    id: int
    uid: str
    name: str
    unused_rewards: int
    sentences: tuple[str, ...]


async def consequences(
    programme_id: int, uid: str, target: CustomerType, *, void_rewards: bool = False
) -> Confirmation:
    """What the move would do; nothing is changed.

    Raises NotFound, AlreadyDone when somebody else was first, Invalid or NotAllowed for an illegal move,
    also of an erased person.
    """
    now = clock.now()
    async with snapshot():
        row = await one(_CUSTOMER, programme_id, uid)
        if row is None:
            raise NotFound("There is no such customer in this programme.")
        refuse_erased(row["erased_at"] is not None)
        kind = CustomerType(row["type"])
        refuse_move(kind, target)
        programme = await programmes.get(programme_id)
        has = await balance(programme, row["id"], kind, now, zone(programme.time_zone))
    means = Consequences(
        target=target,
        available=has.available,
        pending=has.pending,
        unused_rewards=row["rewards"],
        open_referrals=row["referrals"],
        void_rewards=void_rewards,
        pause_expiry=programme.pause_expiry_while_left,
    )
    return Confirmation(row["id"], uid, name_of(row), row["rewards"], means.sentences())
