"""What an adjustment would do, asked before it is made (PRODUCT C7)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from db.engine import one, snapshot, value
from db.enums import CustomerType
from loyalty import clock, programmes
from loyalty.errors import LoyaltyError, NotAMember, NotFound
from loyalty.ledger import lifetimes
from loyalty.ledger.allowances import Allowance, allowance
from loyalty.ledger.balances import balance
from loyalty.rules import adjustments as rules
from loyalty.rules import approvals, expiry
from loyalty.rules.actors import Actor
from loyalty.rules.days import day_end, local_day
from loyalty.rules.naming import called

_CUSTOMER = (
    "SELECT id, uid, type, first_name, last_name, email FROM customers WHERE programme_id = {} AND uid = {}"
)
_DONE = "SELECT EXISTS (SELECT 1 FROM ledger_entries WHERE programme_id = {} AND key = {})"
_REFUSALS = {
    CustomerType.GUEST: "{} is a guest and has no balance to adjust.",
    CustomerType.LEFT: "{} has left the programme; the balance is frozen.",
}


@dataclass(frozen=True, slots=True)
class Outlook:
    """Whose balance it is and what may be done with it, in points.

    `expires` is the last day of points added now, None for never. `repeated`: the form was sent before.
    """

    customer_id: int
    uid: str
    name: str
    available: int
    expires: date | None
    today: date
    allowed: Allowance
    repeated: bool

    def why_not(self, points: int) -> str | None:
        """The sentence that refuses this adjustment, None when it may be made."""
        try:
            if not self.repeated:
                rules.refuse(
                    points, self.available, limit=self.allowed.limit, left_today=self.allowed.left_today
                )
        except LoyaltyError as refusal:
            return str(refusal)
        return None

    def needs_second(self, points: int) -> bool:
        """Whether only a limit of the person's own stands in the way, so that a second person can be asked."""
        limit, left = self.allowed.limit, self.allowed.left_today
        return not self.repeated and approvals.needs_second(
            points, self.available, limit=limit, left_today=left
        )


async def outlook(programme_id: int, uid: str, by: Actor, *, key: str = "") -> Outlook:
    """What `by` may do to this customer's balance now. Raises NotFound, NotAMember."""
    now = clock.now()
    async with snapshot():
        row = await one(_CUSTOMER, programme_id, uid)
        if row is None:
            raise NotFound("There is no such customer in this programme.")
        name = called(row)
        if (kind := CustomerType(row["type"])) is not CustomerType.MEMBER:
            raise NotAMember(_REFUSALS[kind].format(name))
        programme = await programmes.get(programme_id)
        zone = lifetimes.zone_of(programme)
        ends = expiry.expires_at(lifetimes.terms(programme), now, zone)
        return Outlook(
            customer_id=row["id"],
            uid=row["uid"],
            name=name,
            available=(await balance(programme_id, row["id"], now)).available,
            expires=local_day(ends - timedelta(microseconds=1), zone) if ends else None,
            today=local_day(now, zone),
            allowed=await allowance(programme, by, now),
            repeated=bool(key and await value(_DONE, programme_id, f"adjust:{key}")),
        )


async def end_of(programme_id: int, day: date | None) -> datetime | None:
    """When points whose last day is `day` expire, in the programme's zone."""
    if day is None:
        return None
    return day_end(day, lifetimes.zone_of(await programmes.get(programme_id)))
