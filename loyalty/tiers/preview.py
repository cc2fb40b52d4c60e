"""Who would move where if the tiers changed, before anybody does (PRODUCT F3)."""

from collections.abc import Sequence
from dataclasses import dataclass

from db.engine import rows
from loyalty import clock, programmes
from loyalty.rules.days import zone
from loyalty.rules.tier_previews import MovePreview, who_moves
from loyalty.rules.tiers import Tier, TierPolicy, checked, find, rank
from loyalty.tiers.census import members
from loyalty.tiers.schemes import scheme

NAMED = 5


@dataclass(frozen=True, slots=True)
class Flow:
    """Members going one way. Names of tiers, None for no tier; `people` are a few of them, (uid, name)."""

    from_name: str | None
    to_name: str | None
    members: int
    up: bool
    people: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """Everybody's way, the largest group first, and how many stay."""

    flows: tuple[Flow, ...]
    staying: int


async def preview(programme_id: int, policy: TierPolicy, tiers: Sequence[Tier]) -> Preview:
    """Apply changed tiers to every member without changing anything. PRODUCT F3.

    Where everyone ends up once periods and graces are over; floors given by hand are left aside. Tiers that
    stay keep their ids. Raises Invalid for tiers that can't be saved.
    """
    after, before = checked(tiers), (await scheme(programme_id)).levels
    programme = await programmes.get(programme_id)
    census = members(programme_id, policy, clock.now(), zone(programme.time_zone))
    moves = who_moves(after, [member async for member in census])
    samples = _samples(moves)
    names = await _names(programme_id, [id_ for group in samples.values() for id_ in group])
    flows = []
    for pair, count in moves.counts().items():
        was, will = find(before, pair[0]), find(after, pair[1])
        from_name, to_name = (tier.name if tier else None for tier in (was, will))
        up = rank(will) > rank(find(after, pair[0]))
        flows.append(Flow(from_name, to_name, count, up, tuple(names[id_] for id_ in samples[pair])))
    return Preview(tuple(sorted(flows, key=lambda flow: -flow.members)), moves.staying)


def _samples(moves: MovePreview) -> dict[tuple[int | None, int | None], list[int]]:
    taken: dict[tuple[int | None, int | None], list[int]] = {}
    for move in moves.moves:
        group = taken.setdefault((move.from_tier_id, move.to_tier_id), [])
        if len(group) < NAMED:
            group.append(move.member_id)
    return taken


async def _names(programme_id: int, ids: list[int]) -> dict[int, tuple[str, str]]:
    if not ids:
        return {}
    marks = ", ".join(["{}"] * len(ids))
    found = await rows(
        f"SELECT id, uid, first_name, last_name, email FROM customers WHERE programme_id = {{}} AND id IN ({marks})",
        programme_id,
        *ids,
    )
    return {
        row["id"]: (
            row["uid"],
            f"{row['first_name']} {row['last_name']}".strip() or row["email"] or "Unnamed",
        )
        for row in found
    }
