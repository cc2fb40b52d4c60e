"""Codes from a phone that change every 30 seconds, and codes for the day the phone is lost. PRODUCT O1."""

import re
from datetime import datetime, timedelta

STEP = 30
"""Seconds a code lasts."""

DRIFT = 1
"""Steps that the phone's clock may be off, either way."""

RECOVERY_CODES = 10

FRESH = timedelta(minutes=10)
"""How long after a code sensitive pages open without another."""

FINISH = timedelta(minutes=5)
"""How much longer a form opened in that time may still be sent."""

TICKET = timedelta(minutes=5)
"""How long somebody whose password was right may take to find the code."""


def steps(now: datetime, last: int | None) -> tuple[int, ...]:
    """The steps whose codes are good now, nearest first. `last` is the latest one used: a code works once."""
    here = int(now.timestamp()) // STEP
    near = sorted(range(here - DRIFT, here + DRIFT + 1), key=lambda step: abs(step - here))
    return tuple(step for step in near if last is None or step > last)


def is_fresh(proved: datetime | None, now: datetime, *, sending: bool) -> bool:
    """Whether a code given at `proved` still opens sensitive pages; `sending` a form gets a little longer."""
    return proved is not None and now < proved + FRESH + (FINISH if sending else timedelta())


def digits(typed: str) -> str | None:
    """Six digits as a phone shows them, blanks left out; None for anything else."""
    compact = re.sub(r"[\s\u00a0\u202f]", "", typed)
    return compact if re.fullmatch(r"[0-9]{6}", compact) else None
