"""Issuing a copy of a reward with its own code."""

import json
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from db.engine import rows, run
from db.enums import IssuedSource, IssuedStatus
from db.ids import new_id, new_uid
from loyalty.ledger.accounts import Account
from loyalty.programmes import Programme
from loyalty.rewards.catalogue import Reward, take_from_stock
from loyalty.rewards.issued import COLUMNS, IssuedReward
from loyalty.rules.codes import ALPHABET, LENGTH
from loyalty.rules.days import day_end, local_day
from loyalty.rules.redemptions import Price

_BY_KEY = f"""SELECT {COLUMNS}, r.name AS reward_name FROM issued_rewards i
    JOIN rewards r ON r.programme_id = i.programme_id AND r.id = i.reward_id
    WHERE i.programme_id = {{}} AND i.key = {{}}"""


@dataclass(frozen=True, slots=True)
class Payment:
    """What a copy was paid with: the ledger entry and the price at that moment."""

    entry_id: int
    price: Price


async def issue(
    account: Account, reward: Reward, source: IssuedSource, *, key: str, campaign_id: int | None = None
) -> IssuedReward:
    """Give the customer a free copy, in the caller's transaction. A repeat of `key` returns the first.

    What a tier, a referral or a colleague promised is issued even when the stock is used up.
    """
    return await promised(
        account.programme,
        reward,
        source,
        key=key,
        now=account.now,
        customer_id=account.customer_id,
        campaign_id=campaign_id,
    )


async def promised(
    programme: Programme,
    reward: Reward,
    source: IssuedSource,
    *,
    key: str,
    now: datetime,
    customer_id: int | None = None,
    campaign_id: int | None = None,
) -> IssuedReward:
    """A free copy for a customer, or for a friend nobody knows yet (`customer_id` None)."""
    before = await by_key(programme.id, key)
    if before is not None:
        return before
    await take_from_stock(programme.id, reward.id)
    return await place(
        programme, reward, source, key=key, now=now, customer_id=customer_id, campaign_id=campaign_id
    )


async def place(
    programme: Programme,
    reward: Reward,
    source: IssuedSource,
    *,
    key: str,
    now: datetime,
    customer_id: int | None,
    copy_id: int | None = None,
    payment: Payment | None = None,
    campaign_id: int | None = None,
) -> IssuedReward:
    """Write the copy. `copy_id` is given when the entry that paid for it names it already."""
    days = reward.about.code_valid_days
    zone = ZoneInfo(programme.time_zone)
    price = payment.price if payment else Price(0)
    await run(
        "INSERT INTO issued_rewards (programme_id, id, uid, customer_id, reward_id, source, code, status,"
        " points_paid, entry_id, price, key, issued_at, expires_at, campaign_id)"
        " VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {})",
        programme.id,
        copy_id or new_id(now),
        new_uid(),
        customer_id,
        reward.id,
        source,
        new_code(),
        IssuedStatus.OUTSTANDING,
        price.points if payment else 0,
        payment.entry_id if payment else None,
        json.dumps(price.to_dict()),
        key,
        now,
        None if days is None else day_end(local_day(now, zone) + timedelta(days=days), zone),
        campaign_id,
    )
    written = await by_key(programme.id, key)
    assert written is not None
    return written


async def by_key(programme_id: int, key: str) -> IssuedReward | None:
    """The copy issued under this key, or None."""
    found = await rows(_BY_KEY, programme_id, key)
    return IssuedReward.from_row(found[0]) if found else None


def new_code() -> str:
    """An unguessable code of 59 bits, in letters that nobody mistakes."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
