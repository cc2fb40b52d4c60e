"""How many points a refund takes back, and from where. PRODUCT C5.

The waterfall: the order's own lot, the part of that lot that had already expired (counted as covered,
nothing is taken for it), then other lots (spendable ones first, then pending), then the policy:

- allow: the rest becomes debt, paid by the next credits.
- block: the rest is not taken now and stays due; the next refund of the same order tries it again.
- clamp: the rest is forgotten for good; it counts as settled and is never tried again.

An order's `settled` points are what refunds have dealt with so far. A give-back climbs the waterfall
from its end, so a refund and its cancellation leave what a single smaller refund would have left.
"""

from dataclasses import dataclass

from db.enums import NegativePolicy


@dataclass(frozen=True, slots=True)
class Clawback:
    """One claw-back divided, in points. `left_due` is only met under block, `written_off` under clamp."""

    from_own_lot: int = 0
    covered_by_expiry: int = 0
    from_others: int = 0
    debt: int = 0
    written_off: int = 0
    left_due: int = 0

    @property
    def points(self) -> int:
        """The size of the ledger entry, positive; 0 means no entry."""
        return self.from_own_lot + self.from_others + self.debt

    @property
    def settled(self) -> int:
        """By how much the order's settled points grow."""
        return self.points + self.covered_by_expiry + self.written_off


@dataclass(frozen=True, slots=True)
class GiveBack:
    """One give-back divided, in points: un-forgotten, cancelled debt, lots, un-covered."""

    written_off: int = 0
    debt: int = 0
    to_others: int = 0
    uncovered: int = 0
    to_own_lot: int = 0

    @property
    def points(self) -> int:
        """The size of the ledger entry, positive; 0 means no entry."""
        return self.debt + self.to_others + self.to_own_lot

    @property
    def settled(self) -> int:
        """By how much the order's settled points shrink."""
        return self.points + self.written_off + self.uncovered


def due(earned: int, kept_points: int, settled: int) -> int:
    """Points a refund has yet to take: earned − worth of what is kept − already settled, never below 0."""
    return max(0, earned - kept_points - settled)


def clawback_reversal(earned: int, kept_points: int, settled: int) -> int:
    """Points to give back when a cancelled refund or an edit raised the kept part; at most `settled`."""
    return max(0, min(settled, settled - (earned - kept_points)))


def top_up(earned: int, kept_points: int) -> int:
    """Points an edited order earns beyond its first earning, when it grew."""
    return max(0, kept_points - earned)


def split(
    points: int,
    *,
    own_remaining: int,
    own_expired_uncovered: int,
    others_remaining: int,
    policy: NegativePolicy,
) -> Clawback:
    """Send `points` (the amount due) down the waterfall; the parts add up to `points` exactly.

    `own_remaining` is what is left in the order's own lot, pending or not; `own_expired_uncovered` what
    expired from it and no earlier claw-back counted; `others_remaining` what is left in all other live lots.
    """
    own = min(points, own_remaining)
    covered = min(points - own, own_expired_uncovered)
    others = min(points - own - covered, others_remaining)
    rest = points - own - covered - others
    return Clawback(
        own,
        covered,
        others,
        debt=rest if policy is NegativePolicy.ALLOW else 0,
        written_off=rest if policy is NegativePolicy.CLAMP else 0,
        left_due=rest if policy is NegativePolicy.BLOCK else 0,
    )


def give_back(
    points: int, *, written_off: int, debt: int, from_others: int, covered: int, from_own_lot: int
) -> GiveBack:
    """Divide `points` to give back over what this order's claw-backs amount to now, last step first.

    `debt` is what is still owed of them; debt paid since counts under `from_others`. Raises ValueError
    when more is given back than was settled.
    """
    left = points
    parts: list[int] = []
    for bound in (written_off, debt, from_others, covered, from_own_lot):
        parts.append(min(left, bound))
        left -= parts[-1]
    if left:
        raise ValueError("more is given back than was taken")
    return GiveBack(*parts)
