"""Counting what one network does with referral links. PRODUCT G4.

As with signing in, a try is written before it is counted, and refused ones aren't kept.
"""

import hashlib
from datetime import timedelta
from ipaddress import ip_address, ip_network

from db.engine import insert_many, run, value
from db.ids import new_id
from loyalty import clock
from loyalty.staff.tries import NOBODYS_YET

WINDOW = timedelta(minutes=15)
CLICKS, CLAIMS = 60, 10
"""So many of each from one network in a quarter of an hour: a family or a classroom, not a machine."""


async def within(kind: str, ip: str, most: int) -> bool:
    """Count one more of this kind; whether that is still within `most`. Without an address: yes."""
    if not ip:
        return True
    key, now = _key(kind, ip), clock.now()
    tried = new_id(now)
    # Under the programme of sign-in tries, which the nightly tidying forgets after a day.
    await insert_many(
        "sign_in_attempts", ("programme_id", "id", "key_hash", "at"), [(NOBODYS_YET, tried, key, now)]
    )
    counted = await value(
        "SELECT count(*) FROM sign_in_attempts WHERE programme_id = {} AND key_hash = {} AND at > {}",
        NOBODYS_YET,
        key,
        now - WINDOW,
    )
    if counted <= most:
        return True
    await run("DELETE FROM sign_in_attempts WHERE programme_id = {} AND id = {}", NOBODYS_YET, tried)
    return False


def _key(kind: str, ip: str) -> str:
    """An IPv6 address counts as its /64: its holder has all of it."""
    try:
        address = ip_address(ip)
        network = ip if address.version == 4 else str(ip_network((address, 64), strict=False))
    except ValueError:
        network = ip
    return hashlib.sha256(f"referral:{kind}:{network}".encode("utf-8", "replace")).hexdigest()
