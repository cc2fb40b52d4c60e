"""Rings of referrals that share signals."""

from enum import StrEnum


class Verdict(StrEnum):
    """What is decided about a ring as a whole. PRODUCT G4."""

    LET_THROUGH = "let_through"
    BLOCKED = "blocked"
