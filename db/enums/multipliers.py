"""One-shot multipliers."""

from enum import StrEnum


class MultiplierSource(StrEnum):
    """Why a customer got one."""

    PREFERENCE = "preference"
    CAMPAIGN = "campaign"
    STAFF = "staff"


class MultiplierStatus(StrEnum):
    """Waiting for an order, used by one, or taken back. Running out is a date, not a status."""

    WAITING = "waiting"
    USED = "used"
    WITHDRAWN = "withdrawn"
