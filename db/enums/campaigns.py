"""Campaigns: who is in which arm, and what became of a message."""

from enum import StrEnum


class Arm(StrEnum):
    """PRODUCT M3. `control` is the holdout and gets nothing; `broadcast` gets the general message."""

    TREATMENT = "treatment"
    CONTROL = "control"
    BROADCAST = "broadcast"
