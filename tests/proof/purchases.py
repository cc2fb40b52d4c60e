"""Orders, refunds and cancellations, as rules of the machine."""

from datetime import timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from db.engine import rows
from db.enums import EntryKind, OrderStatus
from loyalty.orders import receiving
from loyalty.rules import clawback
from loyalty.rules.orders import IncomingOrder, IncomingRefund
from tests.proof.shop_machine import DAY, Purchase, ShopMachine

WHICH = st.integers(0, 99)


class Purchases(ShopMachine):
    """What the shop's platform tells, each thing twice."""

    @rule(total=st.integers(0, 6_000), late=st.sampled_from([0, 0, 2]))
    def an_order(self, total: int, late: int) -> None:
        if self.left or self.now - self.moved_at < 3 * DAY:
            late = 0  # whether they had left by then is another test's question
        purchase = Purchase(next(self.keys), total, None, self.now - late * DAY)
        self.wait(self._tell(purchase))
        self.purchases.append(purchase)
        if self.left or total < 100:
            return
        lot = self.wait(self._lot_of(purchase))
        purchase.credit = self.model.credit(
            EntryKind.EARN_ORDER,
            total // 100,
            self.now,
            available_at=lot["available_at"],
            expires_at=lot["expires_at"],
        )

    async def _lot_of(self, purchase: Purchase) -> dict[str, Any]:
        found = await rows(
            "SELECT l.available_at, l.expires_at FROM lots l JOIN orders o"
            " ON o.programme_id = l.programme_id AND o.id = l.order_id"
            " WHERE l.programme_id = {} AND o.external_id = {}",
            self.programme,
            str(purchase.number),
        )
        return found[0]

    async def _tell(self, purchase: Purchase) -> None:
        order = IncomingOrder(
            external_id=str(purchase.number),
            name=f"#{purchase.number}",
            customer=None,
            email=self.person.email,
            status=OrderStatus.CANCELLED if purchase.cancelled else OrderStatus.PAID,
            currency="EUR",
            total_minor=purchase.total,
            placed_at=purchase.at,
            paid_at=purchase.at,
            cancelled_at=self.now if purchase.cancelled else None,
            updated_at=self.now,
        )
        for _ in range(2):
            await receiving.receive(self.programme, self.store.id, order)

    @precondition(lambda self: self.purchases)
    @rule(which=WHICH, amount=st.integers(1, 4_000))
    def a_refund(self, which: int, amount: int) -> None:
        purchase = self.purchases[which % len(self.purchases)]
        purchase.refunded += amount
        purchase.refunds += 1
        refund = IncomingRefund(f"R{purchase.refunds}", str(purchase.number), amount, self.now)
        for _ in range(2):
            self.wait(receiving.receive_refund(self.programme, self.store.id, refund))
        self.settle(purchase)

    @precondition(lambda self: self.purchases)
    @rule(which=WHICH)
    def an_order_is_cancelled_or_reopened(self, which: int) -> None:
        self.now += timedelta(seconds=1)
        purchase = self.purchases[which % len(self.purchases)]
        purchase.cancelled = not purchase.cancelled
        self.wait(self._tell(purchase))
        self.settle(purchase)

    def settle(self, purchase: Purchase) -> None:
        """What the model makes of a purchase that is worth something else now."""
        if purchase.credit is None:
            return
        credit, settled = purchase.credit, self.model.settled(purchase.credit)
        if due := clawback.due(credit.points, purchase.worth(), settled):
            self.model.claw_back(credit, due, self.policy, self.now)
        elif back := clawback.clawback_reversal(credit.points, purchase.worth(), settled):
            self.model.give_back(credit, back, self.now)
