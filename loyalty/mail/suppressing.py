"""Addresses that a mail server said don't exist: writing to them again hurts everybody's mail."""

import hashlib
from collections.abc import Sequence

from db.engine import rows, run, value
from loyalty import clock
from loyalty.rules.orders import normalised_email


async def suppressed(programme_id: int, address: str) -> bool:
    """Whether nothing but an asked-for sign-in code goes to this address."""
    found = await value(
        "SELECT at FROM mail_suppressions WHERE programme_id = {} AND address_hash = {}",
        programme_id,
        digest(address),
    )
    return found is not None


async def among(programme_id: int, addresses: Sequence[str]) -> set[str]:
    """Those of a few addresses that are suppressed; one statement."""
    by_hash = {digest(address): address for address in addresses}
    if not by_hash:
        return set()
    marks = ", ".join(["{}"] * len(by_hash))
    found = await rows(
        f"SELECT address_hash FROM mail_suppressions WHERE programme_id = {{}} AND address_hash IN ({marks})",
        programme_id,
        *by_hash,
    )
    return {by_hash[row["address_hash"]] for row in found}


async def suppress(programme_id: int, address: str, reason: str) -> None:
    """Write to this address no more."""
    await run(
        "INSERT INTO mail_suppressions (programme_id, address_hash, reason, at) VALUES ({}, {}, {}, {})"
        " ON CONFLICT (programme_id, address_hash) DO UPDATE SET reason = excluded.reason, at = excluded.at",
        programme_id,
        digest(address),
        reason[:500],
        clock.now(),
    )


async def lift(programme_id: int, address: str) -> None:
    """The address takes mail after all."""
    await run(
        "DELETE FROM mail_suppressions WHERE programme_id = {} AND address_hash = {}",
        programme_id,
        digest(address),
    )


def digest(address: str) -> str:
    """What is stored of an address."""
    return hashlib.sha256((normalised_email(address) or address).encode()).hexdigest()
