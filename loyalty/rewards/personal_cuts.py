"""A reward made cheaper for one person, for a time. What campaigns call. PRODUCT E4, M1."""

from datetime import datetime

from loyalty import audit
from loyalty.ledger.accounts import Account
from loyalty.rewards.catalogue import Reward
from loyalty.rewards.cutting import uid_of, written
from loyalty.rules import price_cuts as rules
from loyalty.rules.actors import SYSTEM, Actor
from loyalty.rules.price_cuts import Cut


async def give(
    account: Account,
    reward: Reward,
    *,
    percent: int,
    ends_at: datetime,
    campaign_id: int,
    key: str,
    by: Actor = SYSTEM,
) -> None:
    """Let a member have `reward` for `percent` less from now until before `ends_at`.

    In the caller's transaction. Repeating `key` gives nothing more. Raises NotAMember, Invalid for a cut that
    makes nothing cheaper.
    """
    account.require_member()
    listed = reward.about.points_price
    cut = Cut(uid=uid_of(key), starts_at=account.now, ends_at=ends_at, percent=percent)
    rules.checked(cut, listed, account.now)
    fresh = await written(
        account.programme.id, reward, cut, customer_id=account.customer_id, campaign_id=campaign_id
    )
    if not fresh:
        return
    await audit.record(
        account.programme.id,
        "price_cut.given",
        ("reward", reward.id),
        f"{{customer}} has {reward.about.name} for {cut.points(listed):,} instead of {listed:,}",
        by=by,
        customer_id=account.customer_id,
        after={"percent": percent, "until": ends_at.isoformat()},
        undo={"noun": "rewards", "verb": "price_cut.made", "cut": cut.uid},
    )
