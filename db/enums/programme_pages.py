"""What is drafted before it holds, and what an objective is measured by."""

from enum import StrEnum


class DraftKind(StrEnum):
    """What a draft would change once somebody has seen what it does."""

    TIERS = "tiers"
    POLICIES = "policies"


class ObjectiveMetric(StrEnum):
    """PRODUCT O6: the number that says how far the objective is.

    returning: of those who bought in 30 days, how many had bought before. redeemed: points redeemed of
    those issued in 30 days. joined: members who joined in 30 days.
    """

    RETURNING = "returning"
    REDEEMED = "redeemed"
    JOINED = "joined"
