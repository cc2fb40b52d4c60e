"""Lots: which points a debit takes, and what is spendable. PRODUCT C3, C4, C9."""

from collections.abc import Container, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from loyalty.errors import NotEnoughPoints

GRACE = timedelta(days=30)
"""Life of points returned to a lot that has died meanwhile. PRODUCT C4."""

_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Lot:
    """What is left of one credit. `expires_at` None is never; the lot is dead from that moment on."""

    id: int
    points: int
    remaining: int
    available_at: datetime
    expires_at: datetime | None = None

    def is_live(self, now: datetime) -> bool:
        """Whether the lot has not expired; a live lot may be empty or pending."""
        return self.expires_at is None or self.expires_at > now

    def is_spendable(self, now: datetime) -> bool:
        """Whether points can be taken for a reward: live, past its hold and not empty."""
        return self.remaining > 0 and self.available_at <= now and self.is_live(now)


def draw_order(lots: Iterable[Lot]) -> list[Lot]:
    """Soonest expiring first, then oldest; lots without expiry last. PRODUCT C3."""
    return sorted(lots, key=lambda lot: (lot.expires_at or _NEVER, lot.id))


def spendable(lots: Iterable[Lot], now: datetime, debt: int = 0) -> int:
    """Available points: spendable lots less debt."""
    return sum(lot.remaining for lot in lots if lot.is_spendable(now)) - debt


def pending(lots: Iterable[Lot], now: datetime) -> int:
    """Points credited but still held. PRODUCT C9."""
    return sum(lot.remaining for lot in lots if lot.available_at > now and lot.is_live(now))


def draw(points: int, lots: Iterable[Lot]) -> tuple[list[tuple[int, int]], int]:
    """Take `points` from `lots` in the order given: ((lot id, points), …) and the part nobody covers."""
    taken: list[tuple[int, int]] = []
    for lot in lots:
        part = min(points, lot.remaining)
        if part:
            taken.append((lot.id, part))
            points -= part
    return taken, points


def draw_for_debit(points: int, lots: Iterable[Lot], now: datetime) -> tuple[list[tuple[int, int]], int]:
    """What a redemption or a deduction takes: spendable lots only."""
    return draw(points, draw_order(lot for lot in lots if lot.is_spendable(now)))


def clawback_order(lots: Iterable[Lot], own: Container[int], now: datetime) -> list[Lot]:
    """What a claw-back takes: the order's own lots, pending first; then spendable ones, then pending. PRODUCT C5."""
    live = [lot for lot in draw_order(lots) if lot.remaining and lot.is_live(now)]

    def turn(lot: Lot) -> int:
        pending = lot.available_at > now
        return int(not pending) if lot.id in own else 2 + int(pending)

    return sorted(live, key=turn)


def grace_expiry(now: datetime) -> datetime:
    """When returned points die whose own lot is dead."""
    return now + GRACE


def refuse_overdraft(points: int, available: int) -> None:
    """Return when a debit is covered. Raises NotEnoughPoints with the largest possible. PRODUCT C7."""
    if points > available:
        most = max(0, available)
        raise NotEnoughPoints(f"Only {most} of the {points} points are available.", available=most)
