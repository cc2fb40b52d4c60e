"""The rewards in front of one customer, asked before anything is spent (PRODUCT C8)."""

from dataclasses import dataclass

from db.engine import one, snapshot, value
from db.enums import CustomerType
from loyalty.errors import NotAMember, NotFound
from loyalty.ledger.balances import balance
from loyalty.rewards.offers import Offer, offers
from loyalty.rules.naming import called

_CUSTOMER = (
    "SELECT id, type, first_name, last_name, email FROM customers WHERE programme_id = {} AND uid = {}"
)
_DONE = "SELECT EXISTS (SELECT 1 FROM issued_rewards WHERE programme_id = {} AND key = {})"


@dataclass(frozen=True, slots=True)
class Shelf:
    """Whose balance would be spent, what is available in points, and every reward on offer.

    `repeated`: the form with this key was sent before, so that nothing is judged again.
    """

    customer_id: int
    uid: str
    name: str
    available: int
    offers: tuple[Offer, ...]
    repeated: bool

    def offer(self, reward_uid: str) -> Offer | None:
        """The offer of this reward, None when it isn't on the shelf."""
        return next((each for each in self.offers if each.reward.uid == reward_uid), None)


async def shelf(programme_id: int, uid: str, *, key: str = "") -> Shelf:
    """What this member can have now and what is missing for the rest. Raises NotFound, NotAMember."""
    async with snapshot():
        row = await one(_CUSTOMER, programme_id, uid)
        if row is None:
            raise NotFound("There is no such customer in this programme.")
        name = called(row)
        if CustomerType(row["type"]) is not CustomerType.MEMBER:
            raise NotAMember(f"Only members can redeem points, and {name} isn't one now.")
        return Shelf(
            customer_id=row["id"],
            uid=uid,
            name=name,
            available=(await balance(programme_id, row["id"])).available,
            offers=await offers(programme_id, row["id"]),
            repeated=bool(key and await value(_DONE, programme_id, f"redeem:{key}")),
        )
