"""What entering a tier gives, once per tier and qualification period (PRODUCT F1, F2)."""

from collections.abc import Iterable
from dataclasses import dataclass

from db.enums import EntryKind, IssuedSource
from loyalty.ledger import lifetimes
from loyalty.ledger.accounts import Account
from loyalty.ledger.entries import Posting, repeat
from loyalty.ledger.posting import credit
from loyalty.rewards import catalogue, issuing
from loyalty.rules.actors import Actor
from loyalty.tiers.schemes import TierRecord


@dataclass(frozen=True, slots=True)
class Given:
    """Ids of the entries posted and of the copies issued now; what was given before isn't named again."""

    entries: tuple[int, ...] = ()
    issued: tuple[int, ...] = ()


async def enter(account: Account, tiers: Iterable[TierRecord], period: str, *, by: Actor) -> Given:
    """Pay the entry points and issue the entry rewards of these tiers, in the caller's transaction.

    Who enters a tier a second time in one qualification period gets nothing again.
    """
    entries: list[int] = []
    issued: list[int] = []
    for tier in tiers:
        key = f"tier:{tier.uid}:{account.customer_uid}:{period}"
        if tier.level.entry_points and (entry_id := await _pay(account, tier, f"{key}:points", by=by)):
            entries.append(entry_id)
        for reward_uid in tier.entry_rewards:
            copy_id = await _issue(account, reward_uid, f"{key}:{reward_uid}")
            if copy_id is not None:
                issued.append(copy_id)
    return Given(tuple(entries), tuple(issued))


async def _pay(account: Account, tier: TierRecord, key: str, *, by: Actor) -> int | None:
    body = (tier.uid,)
    if await repeat(account, key, EntryKind.TIER_REWARD, body) is not None:
        return None
    entry = await credit(
        account,
        Posting(
            kind=EntryKind.TIER_REWARD,
            points=tier.level.entry_points,
            key=key,
            by=by,
            available_at=account.now,
            expires_at=lifetimes.expiry(account, account.now),
            breakdown={"tier": tier.level.name},
            comment=f"Welcome to {tier.level.name}",
            body=body,
        ),
    )
    return entry.id


async def _issue(account: Account, reward_uid: str, key: str) -> int | None:
    if await issuing.by_key(account.programme.id, key) is not None:
        return None
    reward = await catalogue.find(account.programme.id, reward_uid)
    return (await issuing.issue(account, reward, IssuedSource.TIER, key=key)).id
