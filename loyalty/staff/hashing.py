"""Argon2id: 19 MiB, two passes, one lane, in threads of its own (DESIGN §3)."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from loyalty.rules.passwords import LONGEST

_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
# Two at a time: a burst of sign-ins may neither starve the database's threads nor fill the memory.
_threads = ThreadPoolExecutor(2, thread_name_prefix="argon2")

NOBODY = _hasher.hash("nobody has this password")
"""Checked where there is no account, so that unknown addresses take as long as known ones."""


async def hashed(password: str) -> str:
    """What is stored of a password."""
    return await asyncio.get_running_loop().run_in_executor(_threads, _hasher.hash, password)


async def matches(stored: str, password: str) -> bool:
    """Whether the password is the one that was stored."""
    return await asyncio.get_running_loop().run_in_executor(_threads, _matches, stored, password)


def outdated(stored: str) -> bool:
    """Whether it was made with other costs than today's."""
    return _hasher.check_needs_rehash(stored)


def _matches(stored: str, password: str) -> bool:
    try:
        return _hasher.verify(stored, password[: LONGEST + 1])
    except (VerificationError, InvalidHashError):
        return False
