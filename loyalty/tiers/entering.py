"""What entering a tier gives, once per tier and qualification period (PRODUCT F1, F2)."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass

from db.engine import value
from db.enums import EntryKind, IssuedSource, IssuedStatus
from loyalty.ledger import chains, lifetimes
from loyalty.ledger.accounts import Account
from loyalty.ledger.entries import Posting
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

    Who enters a tier a second time in one qualification period gets nothing again, unless what they got
    was taken back: then it is given anew, under a key of its own turn.
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


async def _pay(account: Account, tier: TierRecord, first: str, *, by: Actor) -> int | None:
    key = await _free_key(account, first, _points_stand)
    if key is None:
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
            body=(tier.uid,),
        ),
    )
    return entry.id


async def _issue(account: Account, reward_uid: str, first: str) -> int | None:
    key = await _free_key(account, first, _copy_stands)
    if key is None:
        return None
    reward = await catalogue.find(account.programme.id, reward_uid)
    return (await issuing.issue(account, reward, IssuedSource.TIER, key=key)).id


async def _free_key(
    account: Account, first: str, stands: Callable[[Account, str], Awaitable[bool | None]]
) -> str | None:
    """The key to give under now, None when what was given before still stands."""
    turn, key = 1, first
    while (standing := await stands(account, key)) is not None:
        if standing:
            return None
        turn += 1
        key = f"{first}:{turn}"
    return key


async def _points_stand(account: Account, key: str) -> bool | None:
    """Whether the points paid under this key are still the customer's; None: none were."""
    entry_id = await value(
        "SELECT id FROM ledger_entries WHERE programme_id = {} AND key = {}", account.programme.id, key
    )
    return None if entry_id is None else await chains.standing(account.programme.id, entry_id) is not None


async def _copy_stands(account: Account, key: str) -> bool | None:
    """Whether the copy issued under this key isn't void; None: none was issued."""
    copy = await issuing.by_key(account.programme.id, key)
    return None if copy is None else copy.life.status is not IssuedStatus.VOID
