"""Order bonuses: points promised for the nth order."""

from enum import StrEnum


class OrderBonusStatus(StrEnum):
    """`earned` while enough orders stand; a refund lets it wait again."""

    WAITING = "waiting"
    EARNED = "earned"
    WITHDRAWN = "withdrawn"
