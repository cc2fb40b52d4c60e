"""Changed tiers, kept until somebody has seen who would move, and then put in force (PRODUCT F3)."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from db.engine import snapshot
from db.enums import DraftKind
from loyalty import drafts
from loyalty.drafts import Draft, fingerprint
from loyalty.rules.actors import Actor
from loyalty.rules.tier_previews import Difference
from loyalty.rules.tiers import TierPolicy
from loyalty.tiers import saving
from loyalty.tiers.differences import differences
from loyalty.tiers.preview import Movers, Preview, Question, movers, preview
from loyalty.tiers.saving import Saved, TierDraft, matched, plain, policy_of
from loyalty.tiers.schemes import Scheme, scheme


@dataclass(frozen=True, slots=True)
class Drafted:
    """A draft beside what is in force. `stale`: somebody changed the tiers since it was drawn."""

    draft: Draft
    policy: TierPolicy | None
    tiers: tuple[TierDraft, ...]
    now: Scheme
    differences: tuple[Difference, ...]
    stale: bool


async def keep(
    programme_id: int, policy: TierPolicy | None, tiers: Sequence[TierDraft], *, seen: str, by: Actor
) -> str:
    """Keep changed tiers as a draft; its uid. Nothing moves. Raises Invalid for tiers that can't be."""
    now = await scheme(programme_id)
    saving.refuse(policy, matched(now, tiers))
    await saving.refuse_unknown_rewards(programme_id, tiers)
    body = {"policy": asdict(policy) if policy else None, "tiers": [asdict(tier) for tier in tiers]}
    return await drafts.keep(programme_id, DraftKind.TIERS, body, base=seen, by=by)


async def find(programme_id: int, uid: str) -> Drafted:
    """The draft and what it changes. Raises NotFound."""
    async with snapshot():
        kept, now = await drafts.find(programme_id, DraftKind.TIERS, uid), await scheme(programme_id)
    policy, tiers = policy_of(kept.body["policy"]), tuple(_tier(row) for row in kept.body["tiers"])
    stale = kept.base != fingerprint(plain(now))
    changes = () if stale else differences(now, policy, matched(now, tiers))
    return Drafted(kept, policy, tiers, now, changes, stale)


async def moves(programme_id: int, drafted: Drafted) -> Preview:
    """How many would move where."""
    return await preview(_question(programme_id, drafted))


async def people(
    programme_id: int, drafted: Drafted, from_step: int, to_step: int, cursor: str | None
) -> Movers:
    """Who would go one of these ways, a page at a time."""
    return await movers(_question(programme_id, drafted), from_step, to_step, cursor)


async def put_in_force(programme_id: int, uid: str, *, by: Actor, key: str) -> Saved:
    """What the draft says holds from now on. Raises NotFound, Stale, Invalid, KeyReused."""
    kept = await drafts.find(programme_id, DraftKind.TIERS, uid)
    policy, tiers = policy_of(kept.body["policy"]), [_tier(row) for row in kept.body["tiers"]]
    return await saving.save(programme_id, policy, tiers, by=by, key=key, seen=kept.base)


def _question(programme_id: int, drafted: Drafted) -> Question:
    after = [record.level for record in matched(drafted.now, drafted.tiers)]
    return Question(programme_id, drafted.policy, drafted.now.levels, after)


def _tier(row: dict[str, Any]) -> TierDraft:
    return TierDraft(**{**row, "perks": tuple(row["perks"]), "entry_rewards": tuple(row["entry_rewards"])})
