"""A referral as it is stored."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from db.engine import one, run
from db.enums import ReferralStatus
from loyalty.errors import NotFound

_COLUMNS = (
    "id, uid, referrer_id, friend_id, friend_email, friend_email_key, friend_name, status, coupon_id, order_id,"
    " referrer_entry_id, referrer_reward_id, score, claimed_at, lapses_at, completed_at"
)
_LOCK = f"UPDATE referrals SET version = version WHERE programme_id = {{}} AND id = {{}} RETURNING {_COLUMNS}"
_INSERT = """INSERT INTO referrals (programme_id, id, uid, referrer_id, friend_email, friend_email_key, friend_name,
      status, score, evidence, signals, clicked_at, claimed_at, lapses_at)
    VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}) ON CONFLICT DO NOTHING RETURNING id"""


@dataclass(frozen=True, slots=True)
class Referral:
    """`friend_email_key` is the normalised address. `referrer_reward_id` is the referrer's issued copy.

    `score` 0 to 100 says how much speaks for fraud. History says "a friend": what only grows could never
    be made to forget a name (PRODUCT O4).
    """

    id: int
    uid: str
    referrer_id: int
    friend_id: int | None
    friend_email: str | None
    friend_email_key: str | None
    friend_name: str
    status: ReferralStatus
    coupon_id: int | None
    order_id: int | None
    referrer_entry_id: int | None
    referrer_reward_id: int | None
    score: int
    claimed_at: datetime | None
    lapses_at: datetime | None
    completed_at: datetime | None

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> "Referral":
        return cls(**{**row, "status": ReferralStatus(row["status"])})


@dataclass(frozen=True, slots=True, kw_only=True)
class NewReferral:
    """What is written of a click or a claim."""

    id: int
    uid: str
    referrer_id: int
    status: ReferralStatus
    friend_email: str | None = None
    friend_email_key: str | None = None
    friend_name: str = ""
    score: int = 0
    evidence: Sequence[Mapping[str, Any]] = ()
    signals: Mapping[str, str]
    clicked_at: datetime | None = None
    claimed_at: datetime | None = None
    lapses_at: datetime | None = None


async def find(programme_id: int, uid: str) -> Referral:
    """The referral with this public id, not locked. Raises NotFound."""
    row = await one(
        f"SELECT {_COLUMNS} FROM referrals WHERE programme_id = {{}} AND uid = {{}}", programme_id, uid
    )
    if row is None:
        raise NotFound("There is no such referral in this programme.")
    return Referral.from_row(row)


async def lock(programme_id: int, referral_id: int) -> Referral:
    """The referral, locked until the transaction ends; the referrer's account is locked before it."""
    found = await run(_LOCK, programme_id, referral_id)
    if not found:
        raise NotFound("There is no such referral in this programme.")
    return Referral.from_row(found[0])


async def insert(programme_id: int, new: NewReferral) -> bool:
    """Write a new referral; False when the friend's address has just been claimed by somebody else."""
    written = await run(
        _INSERT,
        programme_id,
        new.id,
        new.uid,
        new.referrer_id,
        new.friend_email,
        new.friend_email_key,
        new.friend_name,
        new.status,
        new.score,
        json.dumps(list(new.evidence)),
        json.dumps(dict(new.signals)),
        new.clicked_at,
        new.claimed_at,
        new.lapses_at,
    )
    return bool(written)


async def take_click(programme_id: int, uid: str | None, referrer_id: int) -> tuple[int, datetime] | None:
    """Take a click away so that the claim can stand in its place: its id and moment, or None."""
    taken = await run(
        "DELETE FROM referrals WHERE programme_id = {} AND uid = {} AND referrer_id = {} AND status = 'clicked'"
        " RETURNING id, clicked_at",
        programme_id,
        uid,
        referrer_id,
    )
    return (taken[0]["id"], taken[0]["clicked_at"]) if taken else None


async def end(programme_id: int, referral_id: int, status: ReferralStatus, at: datetime, reason: str) -> None:
    """Close a locked referral."""
    await run(
        "UPDATE referrals SET status = {}, ended_at = {}, end_reason = {}, version = version + 1"
        " WHERE programme_id = {} AND id = {}",
        status,
        at,
        reason[:500],
        programme_id,
        referral_id,
    )


async def reopen(programme_id: int, referral_id: int, status: ReferralStatus) -> None:
    """Take a closed, locked referral back to what it was."""
    await run(
        "UPDATE referrals SET status = {}, ended_at = NULL, end_reason = '', version = version + 1"
        " WHERE programme_id = {} AND id = {}",
        status,
        programme_id,
        referral_id,
    )
