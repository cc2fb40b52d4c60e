"""Tiers."""

from enum import StrEnum


class TierMetric(StrEnum):
    """PRODUCT F1."""

    SPEND = "spend"
    POINTS = "points"
    ORDERS = "orders"


class TierWindow(StrEnum):
    LIFETIME = "lifetime"
    CALENDAR_YEAR = "calendar_year"
    ROLLING = "rolling"
    ANNIVERSARY = "anniversary"


class TierDowngrade(StrEnum):
    ONE_STEP = "one_step"
    TO_QUALIFIED = "to_qualified"
    NEVER = "never"
