"""Programmes and the stores that feed them."""

from enum import StrEnum


class Unit(StrEnum):
    POINTS = "points"
    STAMPS = "stamps"


class ExpiryPolicy(StrEnum):
    """PRODUCT J1: when a lot dies."""

    NONE = "none"
    ROLLING = "rolling"
    INACTIVITY = "inactivity"
    CALENDAR = "calendar"


class NegativePolicy(StrEnum):
    """PRODUCT C5: what a claw-back does with what no lot covers.

    block: the rest stays due; the order's next refund tries it again. allow: the rest becomes debt, paid
    from the next points. clamp: the rest is forgotten for good.
    """

    BLOCK = "block"
    ALLOW = "allow"
    CLAMP = "clamp"


class Platform(StrEnum):
    """Where a store's orders come from."""

    SHOPIFY = "shopify"
    WOOCOMMERCE = "woocommerce"
    POS = "pos"
    API = "api"
