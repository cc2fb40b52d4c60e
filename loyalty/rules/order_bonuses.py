"""Points promised for the nth order within a time: what stands of them, and what an order changes. PRODUCT M1.

It is like what an order earns (PRODUCT C5): while enough orders stand, all of it is the member's; when one of
them is refunded in full or cancelled, it is taken back down the same waterfall, and waits again.
"""

from dataclasses import dataclass

MOST_NTH = 20
MOST_POINTS = 1_000_000


@dataclass(frozen=True, slots=True)
class Sums:
    """In points: credited, taken back, and what taking back found expired or had to forgive."""

    earned: int = 0
    clawed: int = 0
    covered: int = 0
    forgiven: int = 0

    @property
    def standing(self) -> int:
        """What the member has of it, or has spent."""
        return self.earned - self.clawed - self.covered - self.forgiven


@dataclass(frozen=True, slots=True)
class Change:
    """What brings a bonus to what it is worth. `due` is to be taken; the rest gives: un-forgotten first, as an
    order that comes back does, then what had expired, then new points.
    """

    due: int = 0
    unforgiven: int = 0
    uncovered: int = 0
    credit: int = 0


def change(sums: Sums, worth: int) -> Change:
    """From what stands to `worth`, which is all of it or nothing."""
    gap = worth - sums.standing
    if gap <= 0:
        return Change(due=-gap)
    unforgiven = min(gap, sums.forgiven)
    uncovered = min(gap - unforgiven, sums.covered)
    return Change(unforgiven=unforgiven, uncovered=uncovered, credit=gap - unforgiven - uncovered)
