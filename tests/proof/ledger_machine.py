"""Everything that can happen to one customer, in any order, on the database and on the model beside it."""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import Any, TypeVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from db.engine import rows
from db.enums import CustomerType, EarningTrigger, EntryKind, NegativePolicy, OrderStatus
from loyalty import clock
from loyalty.customers import moving
from loyalty.errors import LoyaltyError, NotEnoughPoints
from loyalty.ledger import undoing
from loyalty.ledger.adjusting import adjust
from loyalty.ledger.balances import balance
from loyalty.ledger.expiring import notice_delivered, sweep
from loyalty.ledger.verifying import verify
from loyalty.orders import receiving
from loyalty.rewards.redeeming import redeem
from loyalty.rewards.removing import remove
from loyalty.rules import accounts, clawback
from loyalty.rules.actors import SYSTEM
from loyalty.rules.orders import IncomingOrder, IncomingRefund
from tests import factories
from tests.factories import START, Made, Person
from tests.ledger.shop import earned, held

T = TypeVar("T")
DAY = timedelta(days=1)
WHICH = st.integers(0, 99)
_programmes = count(1_000)


@dataclass(slots=True)
class Purchase:
    """An order of `total` cents at a point per 100; `credit` None: it didn't earn."""

    number: int
    total: int
    credit: accounts.Entry | None
    at: datetime
    refunded: int = 0
    refunds: int = 0
    cancelled: bool = False

    def worth(self) -> int:
        return 0 if self.cancelled else (self.total - min(self.total, self.refunded)) // 100


class LedgerMachine(RuleBasedStateMachine):
    """`runner` drives the loop in which the database is connected; the tests set it.

    Where notices go out at once, a lot dies on the day it says, as the model's lots do, and both are
    compared after every step. Where they come when they come, only the invariants are asked.
    """

    runner: asyncio.Runner

    @initialize(
        policy=st.sampled_from(NegativePolicy),
        hold=st.sampled_from([0, 14]),
        prompt=st.sampled_from([True, True, True, False]),
    )
    def open_a_shop(self, policy: NegativePolicy, hold: int, prompt: bool) -> None:
        self.policy, self.prompt, self.now = policy, prompt, START
        self.model = accounts.Account()
        self.purchases: list[Purchase] = []
        self.redemptions: list[tuple[str, accounts.Entry | None]] = []
        self.deductions: list[tuple[int, accounts.Entry | None]] = []
        self.credits: list[int] = []
        self.keys = count(1)
        self.left, self.moved_at = False, START - 9 * DAY
        self.wait(self._open(policy, hold))

    async def _open(self, policy: NegativePolicy, hold: int) -> None:
        number = next(_programmes)
        settings: dict[str, Any] = {"expiry_policy": "rolling", "expiry_months": 1, "hold_days": hold}
        self.programme = await factories.programme(
            number,
            handle=f"shop-{number}",
            negative_policy=policy,
            pause_expiry_while_left=not self.prompt,
            **settings,
        )
        self.store: Made = await factories.store(number)
        self.person: Person = await factories.customer(number, "Ines Okafor")
        self.rewards = [await factories.reward(number, f"Worth {p}", price=p) for p in (7, 40)]
        await factories.earning_rule(number, EarningTrigger.ORDER, 1, per_minor=100, base="total")

    def wait(self, work: Coroutine[Any, Any, T]) -> T:
        """Do it, at the machine's moment, and deliver the notices that are due at once."""

        async def then() -> T:
            with clock.at(self.now):
                try:
                    return await work
                finally:
                    if self.prompt:
                        await self._announce()

        return self.runner.run(then())

    async def _announce(self) -> None:
        found = await rows(
            "SELECT id FROM lots WHERE programme_id = {} AND expires_at IS NOT NULL AND lapses_at IS NULL"
            " AND remaining > 0",
            self.programme,
        )
        if found:
            ids = [row["id"] for row in found]
            await notice_delivered(self.programme, self.person.id, ids, self.now)

    def both(self, points: int, debit: Coroutine[Any, Any, T]) -> tuple[T | None, accounts.Entry | None]:
        """Take points on the database and on the model; either both refuse or neither does."""
        try:
            done: T | None = self.wait(debit)
        except NotEnoughPoints:
            done = None
        if not self.prompt:
            return done, None
        try:
            entry = self.model.debit(EntryKind.ADJUST, points, self.now)
        except NotEnoughPoints:
            assert done is None, f"the model refuses {points}"
            return None, None
        assert done is not None, f"the database refuses {points}, the model doesn't"
        return done, entry

    @rule(days=st.sampled_from([0, 1, 3, 8, 20, 40]))
    def time_passes(self, days: int) -> None:
        self.now += days * DAY + timedelta(seconds=1)

    @rule()
    def the_sweep_runs(self) -> None:
        self.wait(sweep(self.programme))

    @precondition(lambda self: not self.left)
    @rule(points=st.integers(1, 60), held_for=st.sampled_from([0, 5]), lives=st.sampled_from([None, 10, 45]))
    def a_bonus(self, points: int, held_for: int, lives: int | None) -> None:
        available, expires = self.now + held_for * DAY, self.now + lives * DAY if lives else None
        entry = self.wait(
            earned(
                self.person,
                points,
                at=self.now,
                available_at=available,
                expires_at=expires,
                key=f"bonus:{next(self.keys)}",
            )
        )
        self.credits.append(entry.id)
        self.model.credit(EntryKind.BONUS, points, self.now, available_at=available, expires_at=expires)

    @rule(points=st.integers(1, 60))
    def staff_take_points(self, points: int) -> None:
        done, entry = self.both(points, self._adjust(-points))
        if done is not None:
            self.deductions.append((done, entry))

    @rule(points=st.integers(1, 60))
    def staff_add_points(self, points: int) -> None:
        entry_id = self.wait(self._adjust(points, self.now + 365 * DAY))
        self.credits.append(entry_id)
        self.model.credit(EntryKind.ADJUST, points, self.now, expires_at=self.now + 365 * DAY)

    async def _adjust(self, points: int, expires_at: datetime | None = None) -> int:
        asked: dict[str, Any] = {
            "by": SYSTEM,
            "reason": "Proof",
            "key": str(next(self.keys)),
            "expires_at": expires_at,
        }
        done = await adjust(self.programme, self.person.id, points, **asked)
        again = await adjust(self.programme, self.person.id, points, **asked)
        assert again.entry.id == done.entry.id
        assert again.entry.repeated
        return done.entry.id

    @precondition(lambda self: self.deductions)
    @rule(which=WHICH)
    def a_deduction_is_undone(self, which: int) -> None:
        entry_id, entry = self.deductions.pop(which % len(self.deductions))
        self.wait(self._reverse(entry_id))
        if entry is not None:
            self.model.reverse(entry, EntryKind.UNDO, self.now)

    @precondition(lambda self: self.credits and not self.prompt)
    @rule(which=WHICH)
    def a_credit_is_undone(self, which: int) -> None:
        entry_id = self.credits.pop(which % len(self.credits))
        try:
            self.wait(self._reverse(entry_id))
        except NotEnoughPoints:
            self.credits.append(entry_id)

    async def _reverse(self, entry_id: int) -> None:
        async with held(self.person, self.now) as account:
            await undoing.reverse(
                account, entry_id, kind=EntryKind.UNDO, by=SYSTEM, reason="Proof", comment=""
            )

    @rule(which=st.integers(0, 1))
    def a_reward_is_redeemed(self, which: int) -> None:
        work = redeem(
            self.programme, self.person.id, self.rewards[which].id, by=SYSTEM, key=str(next(self.keys))
        )
        if self.left:
            self.refused(work)
            return
        done, entry = self.both((7, 40)[which], work)
        if done is not None:
            self.redemptions.append((done.uid, entry))

    def refused(self, work: Coroutine[Any, Any, Any]) -> None:
        try:
            self.wait(work)
        except LoyaltyError:
            return
        raise AssertionError("it was not refused")

    @precondition(lambda self: self.redemptions)
    @rule(which=WHICH, points=st.sampled_from([True, True, False]))
    def a_reward_is_removed(self, which: int, points: bool) -> None:
        uid, entry = self.redemptions.pop(which % len(self.redemptions))
        key = str(next(self.keys))
        self.wait(remove(self.programme, uid, return_points=points, by=SYSTEM, reason="Proof", key=key))
        if entry is not None and points:
            self.model.reverse(entry, EntryKind.REDEEM_REVERSAL, self.now)

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

    @rule()
    def they_leave_or_come_back(self) -> None:
        self.now += timedelta(seconds=1)
        move = moving.join if self.left else moving.exclude
        self.wait(move(self.programme, self.person.id, by=SYSTEM, reason="Proof"))
        self.left, self.moved_at = not self.left, self.now
        self.refused(move(self.programme, self.person.id, by=SYSTEM, reason="Proof"))

    @precondition(lambda self: not self.prompt)
    @rule()
    def notices_arrive(self) -> None:
        self.wait(self._announce())

    @invariant()
    def nothing_is_wrong(self) -> None:
        if hasattr(self, "programme"):
            found = self.wait(verify(self.programme))
            assert found == []

    @invariant()
    def both_say_the_same(self) -> None:
        if not hasattr(self, "programme") or not self.prompt:
            return
        found = self.wait(balance(self.programme, self.person.id, self.now))
        here = found.available, found.pending, found.debt
        assert here == (self.model.available(self.now), self.model.pending(self.now), self.model.debt)

    @invariant()
    def the_customer_counts_their_orders(self) -> None:
        if not hasattr(self, "programme"):
            return
        row = self.wait(rows("SELECT * FROM customers WHERE programme_id = {}", self.programme))[0]
        alive = [purchase for purchase in self.purchases if not purchase.cancelled]
        spend = sum(purchase.total - min(purchase.total, purchase.refunded) for purchase in alive)
        assert (row["spend_minor"], row["order_count"]) == (spend, len(alive))
        assert row["type"] == (CustomerType.LEFT if self.left else CustomerType.MEMBER)
