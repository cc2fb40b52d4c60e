"""A customer's account in memory: the executable specification of the ledger. PRODUCT C1–C6.

The database ledger is compared with this model step by step. Operations take `now` and first post the
expiries that are due, each with its own effective time. Whoever owes has no points: debt and a lot
with something left never exist together.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime

from db.enums import EntryKind, NegativePolicy
from loyalty.errors import AlreadyDone
from loyalty.rules import clawback, lots
from loyalty.rules.lots import Lot


@dataclass(frozen=True, slots=True)
class Entry:
    """One signed change. `about` is the entry it reverses, claws back, or whose lot expired."""

    id: int
    kind: EntryKind
    points: int
    effective_at: datetime
    about: int | None = None


@dataclass(frozen=True, slots=True)
class Allocation:
    """`points` taken from the lot by the entry; negative when the entry returned them.

    `into` is the grace lot that received them because the lot itself was dead.
    """

    entry_id: int
    lot_id: int
    points: int
    into: int | None = None


@dataclass(slots=True)
class Claim:
    """What the claw-backs of one credit have settled without taking points."""

    covered: int = 0
    written_off: int = 0


@dataclass(slots=True)
class Account:
    """Entries and allocations only grow. A credit and its lot share one id; a grace lot has its own."""

    entries: list[Entry] = field(default_factory=list)
    allocations: list[Allocation] = field(default_factory=list)
    lots: dict[int, Lot] = field(default_factory=dict)
    debts: dict[int, int] = field(default_factory=dict)
    claims: dict[int, Claim] = field(default_factory=dict)
    last_id: int = 0

    @property
    def debt(self) -> int:
        """Points still owed, oldest first in `debts`."""
        return sum(self.debts.values())

    @property
    def balance(self) -> int:
        """Σ lot remainders − debt, which is always Σ entries. PRODUCT C6."""
        return sum(lot.remaining for lot in self.lots.values()) - self.debt

    def available(self, now: datetime) -> int:
        """Spendable points, as if every due expiry were posted."""
        return lots.spendable(self.lots.values(), now, self.debt)

    def pending(self, now: datetime) -> int:
        """Points still in their hold period."""
        return lots.pending(self.lots.values(), now)

    def settle(self, now: datetime) -> None:
        """Post the expiries due by `now`, in the order in which they happened. PRODUCT C2."""
        dead = [lot for lot in self.lots.values() if lot.remaining and not lot.is_live(now)]
        for lot in lots.draw_order(dead):
            assert lot.expires_at is not None
            entry = self._post(EntryKind.EXPIRE, -lot.remaining, lot.expires_at, lot.id)
            self._take(entry.id, lot.id, lot.remaining)

    def credit(
        self,
        kind: EntryKind,
        points: int,
        now: datetime,
        *,
        available_at: datetime | None = None,
        expires_at: datetime | None = None,
    ) -> Entry:
        """Add points and open their lot; debt is paid from it at once, pending or not."""
        self.settle(now)
        entry = self._post(kind, points, now)
        self.lots[entry.id] = Lot(entry.id, points, points, available_at or now, expires_at)
        self._pay_debt()
        return entry

    def debit(self, kind: EntryKind, points: int, now: datetime) -> Entry:
        """Take spendable points. Raises NotEnoughPoints. PRODUCT C3."""
        self.settle(now)
        lots.refuse_overdraft(points, self.available(now))
        entry = self._post(kind, -points, now)
        for lot_id, part in lots.draw_for_debit(points, self.lots.values(), now)[0]:
            self._take(entry.id, lot_id, part)
        return entry

    def reverse(self, debit: Entry, kind: EntryKind, now: datetime) -> Entry:
        """Give a debit back to the lots it came from, or to a grace lot. Raises AlreadyDone. PRODUCT C4."""
        self.settle(now)
        if any(entry.about == debit.id and entry.kind is kind for entry in self.entries):
            raise AlreadyDone("These points have already been returned.")
        entry = self._post(kind, -debit.points, now, debit.id)
        self._return(entry, [(a.lot_id, a.points) for a in self.allocations if a.entry_id == debit.id], now)
        self._pay_debt()
        return entry

    def claw_back(
        self, credit: Entry, points: int, policy: NegativePolicy, now: datetime
    ) -> clawback.Clawback:
        """Take `points` due after a refund down the waterfall; posts an entry unless all was covered."""
        self.settle(now)
        claim, own = self.claims.setdefault(credit.id, Claim()), self._family(credit)
        remaining = sum(self.lots[lot_id].remaining for lot_id in own)
        expired = -sum(e.points for e in self.entries if e.kind is EntryKind.EXPIRE and e.about in own)
        done = clawback.split(
            points,
            own_remaining=remaining,
            own_expired_uncovered=expired - claim.covered,
            others_remaining=sum(lot.remaining for lot in self.lots.values()) - remaining,
            policy=policy,
        )
        claim.covered += done.covered_by_expiry
        claim.written_off += done.written_off
        if done.points:
            entry = self._post(EntryKind.REFUND_CLAWBACK, -done.points, now, credit.id)
            taken, owed = lots.draw(done.points, lots.clawback_order(self.lots.values(), own, now))
            for lot_id, part in taken:
                self._take(entry.id, lot_id, part)
            if owed:
                self.debts[entry.id] = owed
        return done

    def give_back(self, credit: Entry, points: int, now: datetime) -> clawback.GiveBack:
        """Undo `points` of this credit's claw-backs, last step of the waterfall first."""
        self.settle(now)
        claim, own = self.claims[credit.id], self._family(credit)
        owed = [e.id for e in self.entries if e.kind is EntryKind.REFUND_CLAWBACK and e.about == credit.id]
        drawn = self._clawed(credit)
        back = clawback.give_back(
            points,
            written_off=claim.written_off,
            debt=sum(self.debts.get(entry_id, 0) for entry_id in owed),
            from_others=sum(part for lot_id, part in drawn if lot_id not in own),
            covered=claim.covered,
            from_own_lot=sum(part for lot_id, part in drawn if lot_id in own),
        )
        claim.written_off -= back.written_off
        claim.covered -= back.uncovered
        if back.points:
            entry = self._post(EntryKind.CLAWBACK_REVERSAL, back.points, now, credit.id)
            self._forgive(owed, back.debt)
            self._return(entry, _newest(back.to_others, [d for d in drawn if d[0] not in own]), now)
            self._return(entry, _newest(back.to_own_lot, [d for d in drawn if d[0] in own]), now)
            self._pay_debt()
        return back

    def settled(self, credit: Entry) -> int:
        """How much of this credit refunds have dealt with: entries, expiry cover and written-off points."""
        claim = self.claims.get(credit.id, Claim())
        kinds = (EntryKind.REFUND_CLAWBACK, EntryKind.CLAWBACK_REVERSAL)
        posted = -sum(e.points for e in self.entries if e.kind in kinds and e.about == credit.id)
        return posted + claim.covered + claim.written_off

    def _next_id(self) -> int:
        self.last_id += 1
        return self.last_id

    def _post(self, kind: EntryKind, points: int, effective_at: datetime, about: int | None = None) -> Entry:
        entry = Entry(self._next_id(), kind, points, effective_at, about)
        self.entries.append(entry)
        return entry

    def _take(self, entry_id: int, lot_id: int, points: int) -> None:
        lot = self.lots[lot_id]
        self.lots[lot_id] = replace(lot, remaining=lot.remaining - points)
        self.allocations.append(Allocation(entry_id, lot_id, points))

    def _return(self, entry: Entry, taken: list[tuple[int, int]], now: datetime) -> None:
        for lot_id, points in taken:
            lot, into = self.lots[lot_id], None
            if lot.is_live(now):
                self.lots[lot_id] = replace(lot, remaining=lot.remaining + points)
            else:
                into = self._next_id()
                self.lots[into] = Lot(into, points, points, now, lots.grace_expiry(now))
            self.allocations.append(Allocation(entry.id, lot_id, -points, into))

    def _pay_debt(self) -> None:
        """Let whatever has points pay what is owed, oldest debt first."""
        for entry_id, owed in list(self.debts.items()):
            taken, left = lots.draw(owed, lots.draw_order(self.lots.values()))
            for lot_id, part in taken:
                self._take(entry_id, lot_id, part)
            self._owe(entry_id, left)

    def _forgive(self, entry_ids: list[int], points: int) -> None:
        for entry_id in reversed(entry_ids):
            part = min(points, self.debts.get(entry_id, 0))
            self._owe(entry_id, self.debts.get(entry_id, 0) - part)
            points -= part

    def _owe(self, entry_id: int, points: int) -> None:
        if points:
            self.debts[entry_id] = points
        else:
            self.debts.pop(entry_id, None)

    def _family(self, credit: Entry) -> set[int]:
        """The credit's lot and the grace lots that stand in for it."""
        family = {credit.id}
        for allocation in self.allocations:
            if allocation.into is not None and allocation.lot_id in family:
                family.add(allocation.into)
        return family

    def _clawed(self, credit: Entry) -> list[tuple[int, int]]:
        """(lot id, points) still taken by this credit's claw-backs, in the order they were first taken."""
        kinds = (EntryKind.REFUND_CLAWBACK, EntryKind.CLAWBACK_REVERSAL)
        mine = {e.id for e in self.entries if e.kind in kinds and e.about == credit.id}
        net: dict[int, int] = {}
        for allocation in self.allocations:
            if allocation.entry_id in mine:
                net[allocation.lot_id] = net.get(allocation.lot_id, 0) + allocation.points
        return [(lot_id, points) for lot_id, points in net.items() if points]


def _newest(points: int, drawn: list[tuple[int, int]]) -> list[tuple[int, int]]:
    chosen: list[tuple[int, int]] = []
    for lot_id, part in reversed(drawn):
        back = min(points, part)
        if back:
            chosen.append((lot_id, back))
            points -= back
    return chosen
