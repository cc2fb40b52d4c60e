"""What every scene of the history is played on: the shop, its staff, and who is who so far."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime

from db.engine import value
from loyalty.demo.tills import Coupon
from loyalty.rewards.catalogue import Reward
from loyalty.rules.actors import Actor
from loyalty.rules.orders import IncomingOrder, normalised_email

FIRST_ORDER = 10_001


@dataclass(slots=True)
class Stage:
    """`orders` are those played, by the shop's own id; `pockets` the one code somebody keeps for later, by
    address.

    `marks` and `coupons` are where a scene leaves what a later one takes up, by a name they share: a public id,
    a code.
    """

    programme_id: int
    web: int
    counter: int
    mara: Actor
    theo: Actor
    rewards: dict[str, Reward]
    tiers: dict[str, str]
    orders: dict[str, IncomingOrder] = field(default_factory=dict)
    pockets: dict[str, Coupon] = field(default_factory=dict)
    coupons: dict[str, Coupon] = field(default_factory=dict)
    marks: dict[str, str] = field(default_factory=dict)
    _known: dict[str, int] = field(default_factory=dict)

    def next_name(self) -> str:
        """The number on the next order."""
        return f"#{FIRST_ORDER + len(self.orders)}"

    async def customer(self, email: str) -> int:
        """The id of a customer who has been here."""
        if email not in self._known:
            self._known[email] = await value(
                "SELECT id FROM customers WHERE programme_id = {} AND email_key = {}",
                self.programme_id,
                normalised_email(email),
            )
        return self._known[email]

    async def referral_code(self, email: str) -> str:
        """The code in a customer's invitation link."""
        return str(
            await value(
                "SELECT referral_code FROM customers WHERE programme_id = {} AND id = {}",
                self.programme_id,
                await self.customer(email),
            )
        )


@dataclass(frozen=True, slots=True)
class Scene:
    """Something that happens at a moment. Scenes are played in the order of their moments."""

    at: datetime
    act: Callable[[Stage], Awaitable[object]]
