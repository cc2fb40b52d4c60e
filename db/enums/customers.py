"""Customers."""

from enum import StrEnum


class CustomerType(StrEnum):
    """PRODUCT A1. The four legal moves are in `loyalty.rules.customers`."""

    GUEST = "guest"
    MEMBER = "member"
    LEFT = "left"


class CustomerField(StrEnum):
    """PRODUCT B4: what staff edit in place."""

    NAME = "name"
    BIRTHDAY = "birthday"
    EMAIL = "email"
    PHONE = "phone"
    TAGS = "tags"
