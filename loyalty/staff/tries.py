"""Counting tries to sign in, per address and per network, for all workers together.

A try is written before it is counted: of any number at once, no more than the limit get through.
Refused tries aren't kept, so nobody is locked out for longer than the window by going on.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import ip_address, ip_network

from db.engine import insert_many, rows, run
from db.ids import new_id
from loyalty import clock
from loyalty.errors import LoyaltyError

WINDOW = timedelta(minutes=15)
PER_ADDRESS = 10
PER_NETWORK = 50
KEPT = timedelta(days=1)

NOBODYS_YET = 0
"""The programme of tries: before somebody is signed in there is none."""


class TooManyTries(LoyaltyError):
    """Too many failed sign-ins. The same for known and unknown addresses."""

    status = 429


@dataclass(frozen=True, slots=True)
class Try:
    """One try, to be forgotten when it succeeds."""

    ids: tuple[int, ...]
    address_key: str


async def begin(email: str, ip: str) -> Try:
    """Count a try. Raises TooManyTries when there were too many in the last 15 minutes."""
    now = clock.now()
    limits = {_key("address", email): PER_ADDRESS}
    if ip:
        limits[_key("network", _network(ip))] = PER_NETWORK
    written = [(NOBODYS_YET, new_id(now), key, now) for key in limits]
    await insert_many("sign_in_attempts", ("programme_id", "id", "key_hash", "at"), written)
    tried = Try(tuple(row[1] for row in written), _key("address", email))
    for key, limit in limits.items():
        if await _count(key) > limit:
            await _forget(tried.ids)
            raise TooManyTries(
                "Too many tries. Wait a quarter of an hour, or ask an owner for a sign-in link."
            )
    return tried


async def succeeded(tried: Try) -> None:
    """Forget this try, and the failed ones for the same address."""
    await _forget(tried.ids)
    await run(
        "DELETE FROM sign_in_attempts WHERE programme_id = {} AND key_hash = {}",
        NOBODYS_YET,
        tried.address_key,
    )


async def forget_old() -> int:
    """Delete tries older than a day. Returns how many."""
    gone = await run(
        "DELETE FROM sign_in_attempts WHERE programme_id = {} AND at < {} RETURNING id",
        NOBODYS_YET,
        clock.now() - KEPT,
    )
    return len(gone)


async def _count(key: str) -> int:
    found = await rows(
        "SELECT count(*) AS n FROM sign_in_attempts WHERE programme_id = {} AND key_hash = {} AND at > {}",
        NOBODYS_YET,
        key,
        clock.now() - WINDOW,
    )
    return int(found[0]["n"])


async def _forget(ids: Iterable[int]) -> None:
    for id_ in ids:
        await run("DELETE FROM sign_in_attempts WHERE programme_id = {} AND id = {}", NOBODYS_YET, id_)


def _network(ip: str) -> str:
    """The address itself, or the /64 of an IPv6 one: its holder has all of it."""
    try:
        address = ip_address(ip)
    except ValueError:
        return ip
    return str(address) if address.version == 4 else str(ip_network((address, 64), strict=False))


def _key(kind: str, text: str) -> str:
    return hashlib.sha256(f"{kind}:{text}".encode("utf-8", "replace")).hexdigest()
