"""Marks of a person (network address, device, postal address, payment), kept as hashes only (PRODUCT G4)."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from db.engine import loads, rows, value
from loyalty.ledger.accounts import Account
from loyalty.rules.referral_fraud import FraudScore, Identity, fraud_score

KINDS = ("ip", "device", "address", "payment")


def hashed(programme_id: int, signals: Mapping[str, str], *, kinds: Sequence[str] = KINDS) -> dict[str, str]:
    """The known kinds of marks as hashes; the programme salts them, so that they tell nothing elsewhere."""
    return {
        kind: hashlib.sha256(f"{programme_id}:{kind}:{signals[kind]}".encode()).hexdigest()[:32]
        for kind in kinds
        if signals.get(kind)
    }


async def weigh(
    referrer: Account,
    referrer_email: str | None,
    friend_email: str,
    marks: Mapping[str, str],
    *,
    friend_is_customer: bool,
) -> FraudScore:
    """How much speaks for one person behind referrer and friend. The referrer's account is locked.

    Of the referrer we know the marks of their own claim, if somebody had invited them.
    """
    own = await rows(
        "SELECT signals FROM referrals WHERE programme_id = {} AND friend_email_key = {} ORDER BY id DESC LIMIT 20",
        referrer.programme.id,
        referrer_email,
    )
    return fraud_score(
        _identity(referrer_email, [loads(row["signals"]) for row in own]),
        _identity(friend_email, [marks]),
        claims_last_day=await _claims_since(referrer, referrer.now - timedelta(days=1)) + 1,
        friend_is_customer=friend_is_customer,
    )


async def _claims_since(referrer: Account, since: datetime) -> int:
    return int(
        await value(
            "SELECT count(*) FROM referrals WHERE programme_id = {} AND referrer_id = {} AND claimed_at > {}",
            *referrer.key,
            since,
        )
    )


def _identity(email: str | None, known: list[Mapping[str, str]]) -> Identity:
    ips, devices, addresses, payments = (
        frozenset(marks[kind] for marks in known if marks.get(kind)) for kind in KINDS
    )
    return Identity(email=email, ips=ips, devices=devices, addresses=addresses, payments=payments)
