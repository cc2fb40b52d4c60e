"""Adjustments that ask a second person."""

from enum import StrEnum


class ApprovalStatus(StrEnum):
    """PRODUCT C7. Nothing waits for ever: an undecided request lapses."""

    WAITING = "waiting"
    APPROVED = "approved"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"
