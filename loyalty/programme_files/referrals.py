"""The referral policy of a programme file (PRODUCT G1)."""

from db.engine import one, run
from loyalty.programme_files.names import Names
from loyalty.programme_files.parts import ReferralsPart


async def stored(programme_id: int, names: Names) -> ReferralsPart | None:
    """The policy as a file says it."""
    row = await one(
        "SELECT enabled, referrer_points, referrer_reward_id, friend_reward_id, min_order_minor, lapse_days,"
        " cookie_days FROM referral_policies WHERE programme_id = {}",
        programme_id,
    )
    if row is None:
        return None
    by_id = {id_: name for name, (id_, _) in names.rewards.items()}
    for key in ("referrer_reward", "friend_reward"):
        row[key] = by_id.get(row.pop(f"{key}_id"))
    return ReferralsPart.model_validate(row)


async def bring(programme_id: int, wanted: ReferralsPart | None, names: Names) -> list[str]:
    """Write the policy; without one, referrals are switched off."""
    current = await stored(programme_id, names)
    if wanted is None and current is not None:
        wanted = current.model_copy(update={"enabled": False})
    if wanted is None or wanted == current:
        return []
    rewards = {None: None} | {name: id_ for name, (id_, _) in names.rewards.items()}
    await run("DELETE FROM referral_policies WHERE programme_id = {}", programme_id)
    await run(
        "INSERT INTO referral_policies (programme_id, enabled, referrer_points, referrer_reward_id, friend_reward_id,"
        " min_order_minor, lapse_days, cookie_days) VALUES ({}, {}, {}, {}, {}, {}, {}, {})",
        programme_id,
        wanted.enabled,
        wanted.referrer_points,
        rewards[wanted.referrer_reward],
        rewards[wanted.friend_reward],
        wanted.min_order_minor,
        wanted.lapse_days,
        wanted.cookie_days,
    )
    return ["referrals: changed"]
