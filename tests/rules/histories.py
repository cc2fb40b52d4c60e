"""Random histories of one account, played against the model, with every invariant after each step."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import strategies as st

from db.enums import EntryKind, NegativePolicy
from loyalty.errors import NotEnoughPoints
from loyalty.rules import clawback
from loyalty.rules.accounts import Account, Entry

START = datetime(2026, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)


@dataclass(slots=True)
class Purchase:
    """An order of `total` minor units at `points` per 100, of which `kept` is left."""

    credit: Entry
    total: int
    kept: int
    points: int

    def worth(self) -> int:
        return self.kept * self.points // 100


@dataclass(slots=True)
class History:
    """Steps are (name, days passed, two numbers); `job` is how often expiries are posted on their own."""

    policy: NegativePolicy
    job: int = 0
    account: Account = field(default_factory=Account)
    now: datetime = START
    purchases: list[Purchase] = field(default_factory=list)
    redemptions: list[Entry] = field(default_factory=list)
    log: list[tuple[int, int]] = field(default_factory=list)

    def play(self, steps: list[tuple[str, int, int, int]]) -> "History":
        for name, days, one, two in steps:
            for day in range(days):
                self.now += DAY
                if self.job and day % self.job == 0:
                    self.account.settle(self.now)
            getattr(self, name)(one, two)
            check(self.account, self.policy)
            self.log.append((self.account.available(self.now), self.account.pending(self.now)))
        return self

    def buy(self, total: int, kind: int) -> None:
        points = (1, 2, 3)[kind % 3]
        if total * points < 100:
            return
        credit = self.account.credit(
            EntryKind.EARN_ORDER,
            total * points // 100,
            self.now,
            available_at=self.now + (0, 14)[kind % 2] * DAY,
            expires_at=(None, self.now + 30 * DAY, self.now + 60 * DAY)[kind % 3],
        )
        self.purchases.append(Purchase(credit, total, total, points))

    def redeem(self, size: int, _: int) -> None:
        points = size // 20 + 1
        if points <= self.account.available(self.now):
            self.redemptions.append(self.account.debit(EntryKind.REDEEM, points, self.now))
        else:
            with pytest.raises(NotEnoughPoints):
                self.account.debit(EntryKind.REDEEM, points, self.now)

    def unredeem(self, which: int, _: int) -> None:
        if self.redemptions:
            redemption = self.redemptions.pop(which % len(self.redemptions))
            self.account.reverse(redemption, EntryKind.REDEEM_REVERSAL, self.now)

    def refund(self, which: int, amount: int) -> None:
        if self.purchases:
            purchase = self.purchases[which % len(self.purchases)]
            purchase.kept -= min(purchase.kept, amount)
            self.claw(purchase)

    def unrefund(self, which: int, amount: int) -> None:
        if not self.purchases:
            return
        purchase = self.purchases[which % len(self.purchases)]
        purchase.kept = min(purchase.total, purchase.kept + amount)
        settled = self.account.settled(purchase.credit)
        back = clawback.clawback_reversal(purchase.credit.points, purchase.worth(), settled)
        if back:
            given = self.account.give_back(purchase.credit, back, self.now)
            assert given.settled == back

    def claw(self, purchase: Purchase) -> None:
        settled = self.account.settled(purchase.credit)
        due = clawback.due(purchase.credit.points, purchase.worth(), settled)
        if due:
            done = self.account.claw_back(purchase.credit, due, self.policy, self.now)
            assert done.settled + done.left_due == due

    def return_everything(self) -> None:
        for purchase in self.purchases:
            purchase.kept = 0
            self.claw(purchase)
        check(self.account, self.policy)


def check(account: Account, policy: NegativePolicy) -> None:
    """PRODUCT C6, and what holds of lots and allocations."""
    assert sum(entry.points for entry in account.entries) == account.balance
    assert all(entry.points for entry in account.entries)
    assert len({entry.id for entry in account.entries} | set(account.lots)) == account.last_id
    for lot in account.lots.values():
        taken = sum(a.points for a in account.allocations if a.lot_id == lot.id and a.into is None)
        assert 0 <= lot.remaining == lot.points - taken
    expired = -sum(entry.points for entry in account.entries if entry.kind is EntryKind.EXPIRE)
    assert 0 <= sum(claim.covered for claim in account.claims.values()) <= expired
    for entry in account.entries:
        drawn = sum(a.points for a in account.allocations if a.entry_id == entry.id)
        if entry.points < 0 and entry.kind is not EntryKind.REFUND_CLAWBACK:
            assert drawn == -entry.points
    assert all(owed > 0 for owed in account.debts.values())
    assert not account.debt or not any(lot.remaining for lot in account.lots.values())
    assert policy is NegativePolicy.ALLOW or not account.debt


def steps(*names: str) -> st.SearchStrategy[list[tuple[str, int, int, int]]]:
    """Up to 30 steps, each after 0 to 20 days."""
    days = st.sampled_from([0, 0, 1, 3, 7, 20])
    return st.lists(
        st.tuples(st.sampled_from(names), days, st.integers(0, 9_999), st.integers(0, 9_999)), max_size=30
    )
