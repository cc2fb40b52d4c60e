"""Everything that can happen to one customer, in any order, on the database and on the model beside it."""

from datetime import datetime, timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule

from db.engine import rows
from db.enums import CustomerType, EntryKind
from loyalty.customers import moving
from loyalty.errors import NotEnoughPoints
from loyalty.ledger import undoing
from loyalty.ledger.adjusting import adjust
from loyalty.ledger.balances import balance
from loyalty.ledger.expiring import sweep
from loyalty.ledger.verifying import verify
from loyalty.rewards.redeeming import redeem
from loyalty.rewards.removing import remove
from loyalty.rules.actors import SYSTEM
from tests.ledger.shop import earned, held
from tests.proof.purchases import WHICH, Purchases
from tests.proof.shop_machine import DAY


class LedgerMachine(Purchases):
    """`runner` drives the loop in which the database is connected; the tests set it.

    Where notices go out at once, a lot dies on the day it says, as the model's lots do, and both are
    compared after every step. Where they come when they come, only the invariants are asked.
    """

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

    @precondition(lambda self: not self.left)
    @rule(points=st.integers(1, 60))
    def staff_take_points(self, points: int) -> None:
        done, entry = self.both(points, self._adjust(-points))
        if done is not None:
            self.deductions.append((done, entry))

    @precondition(lambda self: not self.left)
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

    @precondition(lambda self: self.redemptions)
    @rule(which=WHICH, points=st.sampled_from([True, True, False]))
    def a_reward_is_removed(self, which: int, points: bool) -> None:
        uid, entry = self.redemptions.pop(which % len(self.redemptions))
        key = str(next(self.keys))
        self.wait(remove(self.programme, uid, return_points=points, by=SYSTEM, reason="Proof", key=key))
        if entry is not None and points:
            self.model.reverse(entry, EntryKind.REDEEM_REVERSAL, self.now)

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
