"""Reviews."""

from enum import StrEnum


class ReviewStatus(StrEnum):
    """PRODUCT H1."""

    PENDING = "pending"
    APPROVED = "approved"
    REJECTED = "rejected"
    REMOVED = "removed"
