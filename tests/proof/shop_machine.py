"""A shop and its one customer, opened on the database and on the model, and how both are moved."""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import Any, TypeVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize

from db.engine import rows
from db.enums import EarningTrigger, EntryKind, NegativePolicy
from loyalty import clock
from loyalty.errors import LoyaltyError, NotEnoughPoints
from loyalty.ledger.expiring import notice_delivered
from loyalty.rules import accounts
from tests import factories
from tests.factories import START, Made, Person

T = TypeVar("T")
DAY = timedelta(days=1)
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


class ShopMachine(RuleBasedStateMachine):
    """`runner` drives the loop in which the database is connected; the tests set it."""

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
        self.person: Person = await factories.customer(number, "Ines Okafor", at=self.moved_at)
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

    def refused(self, work: Coroutine[Any, Any, Any]) -> None:
        try:
            self.wait(work)
        except LoyaltyError:
            return
        raise AssertionError("it was not refused")
