"""How long a failed job waits for its next attempt."""

import random
from datetime import timedelta

FIRST = timedelta(seconds=2)
LONGEST = timedelta(hours=1)
JITTER = 0.2


def pause(attempts: int) -> timedelta:
    """2 s, 4 s, 8 s … up to an hour, each a fifth more or less, so that a crowd doesn't return as one."""
    steady = min(LONGEST, FIRST * 2 ** min(attempts - 1, 20))
    return steady * random.uniform(1 - JITTER, 1 + JITTER)
