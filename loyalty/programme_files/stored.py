"""A stored programme as the file that would make it."""

from db.engine import snapshot
from loyalty.audiences.segments import segment_names
from loyalty.programme_files import earning, preferences, referrals, rewards, settings, stores, tiers
from loyalty.programme_files.names import Names
from loyalty.programme_files.parts import ProgrammeFile
from loyalty.rules.days import zone
from loyalty.tiers.schemes import scheme


async def names(programme_id: int) -> Names:
    """What the programme's stores, tiers, rewards and segments are called, and their ids."""
    found = await scheme(programme_id)
    return Names(
        {row["handle"]: row["id"] for row in await stores.listed(programme_id)},
        {record.level.name: record.level.id for record in found.tiers},
        {reward.about.name: (reward.id, reward.uid) for reward in await rewards.listed(programme_id)},
        {name: id_ for id_, name in (await segment_names(programme_id)).live.items()},
    )


async def load(programme_id: int) -> ProgrammeFile:
    """The programme as a file; applying it changes nothing."""
    async with snapshot():
        known, about = await names(programme_id), await settings.stored(programme_id)
        where = zone(about["time_zone"])
        return ProgrammeFile.model_validate(
            {
                **about,
                "stores": [stores.part(row) for row in await stores.listed(programme_id)],
                "earning": await earning.stored(programme_id, known),
                "tier_policy": await tiers.policy(programme_id),
                "tiers": tiers.parts(await scheme(programme_id), known),
                "rewards": [
                    rewards.part(reward, known, where) for reward in await rewards.listed(programme_id)
                ],
                "referrals": await referrals.stored(programme_id, known),
                "questions": await preferences.stored(programme_id),
                "surprises": await preferences.stored_prizes(programme_id, known),
            }
        )
