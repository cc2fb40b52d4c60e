"""Who would move where if the tiers changed, before anybody does. PRODUCT F3."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from loyalty.rules.tiers import Tier, find, qualified, rank


@dataclass(frozen=True, slots=True)
class Member:
    """A member's id, present tier and metric under the policy."""

    id: int
    tier_id: int | None
    metric: int


@dataclass(frozen=True, slots=True)
class Move:
    """One member's move; `up` tells its direction."""

    member_id: int
    from_tier_id: int | None
    to_tier_id: int | None
    up: bool


@dataclass(frozen=True, slots=True)
class MovePreview:
    """All moves, and how many stay where they are."""

    moves: tuple[Move, ...]
    staying: int

    def counts(self) -> dict[tuple[int | None, int | None], int]:
        """Members per (from, to), for the table of the preview."""
        table: dict[tuple[int | None, int | None], int] = {}
        for move in self.moves:
            pair = (move.from_tier_id, move.to_tier_id)
            table[pair] = table.get(pair, 0) + 1
        return table


def who_moves(after: Sequence[Tier], members: Iterable[Member]) -> MovePreview:
    """Apply changed tiers to members, grace and floors left aside: it shows where everyone ends up.

    A member below the new threshold stays as long as the threshold to keep is met. A tier that no longer
    exists counts as none.
    """
    moves: list[Move] = []
    staying = 0
    for member in members:
        present, reached = find(after, member.tier_id), qualified(after, member.metric)
        keeps = present is not None and member.metric >= present.keeps_at and rank(reached) <= present.rank
        target = present if keeps else reached
        if (target.id if target else None) == member.tier_id:
            staying += 1
        else:
            up = rank(target) > rank(present)
            moves.append(Move(member.id, member.tier_id, target.id if target else None, up))
    return MovePreview(tuple(moves), staying)
