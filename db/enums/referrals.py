"""Referrals."""

from enum import StrEnum


class ReferralStatus(StrEnum):
    """PRODUCT G1."""

    CLICKED = "clicked"
    PENDING = "pending"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    REVERSED = "reversed"
    EXPIRED = "expired"
    BLOCKED = "blocked"
