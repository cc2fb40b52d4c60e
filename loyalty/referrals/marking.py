"""Marks of referrers and friends, where shared ones can be found (PRODUCT G4). Only hashes are kept."""

from collections.abc import Mapping

from db.engine import insert_many
from loyalty.referrals import marks
from loyalty.rules.orders import alias_key


async def keep(
    programme_id: int,
    referral_id: int,
    friend_email: str,
    known: Mapping[str, str],
    referrer: int,
    email: str | None,
) -> None:
    """Note what a claim tells of the friend, and the mailbox of who invited. In the claim's transaction.

    `known` are the claim's hashed marks.
    """
    theirs = {**known, **_alias(programme_id, friend_email)}
    await insert_many(
        "referral_marks",
        ("programme_id", "referral_id", "kind", "mark"),
        [(programme_id, referral_id, kind, mark) for kind, mark in theirs.items()],
        on_conflict="DO NOTHING",
    )
    await insert_many(
        "customer_marks",
        ("programme_id", "customer_id", "kind", "mark"),
        [(programme_id, referrer, kind, mark) for kind, mark in _alias(programme_id, email).items()],
        on_conflict="DO NOTHING",
    )


def _alias(programme_id: int, email: str | None) -> dict[str, str]:
    key = alias_key(email)
    return marks.hashed(programme_id, {"alias": key}, kinds=("alias",)) if key else {}
