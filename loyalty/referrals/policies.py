"""What a referral gives, and when it counts (PRODUCT G1)."""

from dataclasses import asdict, dataclass

from db.engine import atomic, one, retried, run
from loyalty import audit, repeats
from loyalty.audit import Action
from loyalty.errors import Invalid, Stale
from loyalty.rewards import catalogue
from loyalty.rules.actors import Actor

_READ = """SELECT enabled, referrer_points, referrer_reward_id, friend_reward_id, min_order_minor, lapse_days,
    cookie_days, version FROM referral_policies WHERE programme_id = {}"""
_SAVE = """INSERT INTO referral_policies (programme_id, enabled, referrer_points, referrer_reward_id,
      friend_reward_id, min_order_minor, lapse_days, cookie_days) VALUES ({}, {}, {}, {}, {}, {}, {}, {})
    ON CONFLICT (programme_id) DO UPDATE SET enabled = excluded.enabled,
      referrer_points = excluded.referrer_points, referrer_reward_id = excluded.referrer_reward_id,
      friend_reward_id = excluded.friend_reward_id, min_order_minor = excluded.min_order_minor,
      lapse_days = excluded.lapse_days, cookie_days = excluded.cookie_days,
      version = referral_policies.version + 1"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferralPolicy:
    """`friend_reward_id` is the coupon of the claim; the referrer gets points, a reward, or both.

    `min_order_minor` is what the friend must keep of the first order. A claim lapses after `lapse_days`;
    the link is remembered for `cookie_days`.
    """

    enabled: bool = False
    referrer_points: int = 0
    referrer_reward_id: int | None = None
    friend_reward_id: int | None = None
    min_order_minor: int = 0
    lapse_days: int = 180
    cookie_days: int = 7


async def policy(programme_id: int) -> ReferralPolicy:
    """The policy in force; referrals are off until somebody saves one."""
    return (await _read(programme_id))[0]


async def version(programme_id: int) -> int:
    """The number that guards an edit; 0 before the first save."""
    return (await _read(programme_id))[1]


@retried
async def save(
    programme_id: int, wanted: ReferralPolicy, *, by: Actor, key: str, version: int | None = None
) -> Action:
    """Put a policy in force; referrals already claimed keep their dates. Raises Invalid, Stale, KeyReused."""
    asked = repeats.mark(key, asdict(wanted))
    async with atomic():
        await run("UPDATE programmes SET version = version WHERE programme_id = {}", programme_id)
        done = await repeats.earlier(programme_id, "referrals.saved", ("programme", programme_id), asked)
        if done is not None:
            return done.action
        before, current = await _read(programme_id)
        if version is not None and version != current:
            raise Stale("The referral settings were changed by somebody else meanwhile.")
        await write(programme_id, wanted)
        return await audit.record(
            programme_id,
            "referrals.saved",
            ("programme", programme_id),
            "The referral settings have been changed",
            by=by,
            before=asdict(before),
            after=asdict(wanted) | asked.stored,
            undo={"noun": "referrals", "verb": "referrals.saved", "before": asdict(before)},
        )


async def write(programme_id: int, wanted: ReferralPolicy) -> None:
    """Check and store a policy, in the caller's transaction. Raises Invalid, NotFound for a reward."""
    if wanted.referrer_points < 0 or wanted.min_order_minor < 0:
        raise Invalid("Points and minimum can't be negative.", field="referrer_points")
    if not 1 <= wanted.lapse_days <= 3660:
        raise Invalid("A claim lapses after 1 to 3660 days.", field="lapse_days")
    if not 1 <= wanted.cookie_days <= 366:
        raise Invalid("The link is remembered for 1 to 366 days.", field="cookie_days")
    for reward_id in (wanted.referrer_reward_id, wanted.friend_reward_id):
        if reward_id is not None:
            await catalogue.get(programme_id, reward_id)
    await run(_SAVE, programme_id, *asdict(wanted).values())


async def _read(programme_id: int) -> tuple[ReferralPolicy, int]:
    row = await one(_READ, programme_id)
    if row is None:
        return ReferralPolicy(), 0
    current = row.pop("version")
    return ReferralPolicy(**row), current
