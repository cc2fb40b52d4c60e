"""Orders and their lines."""

from enum import StrEnum


class OrderStatus(StrEnum):
    """The money side of an order; refunds are amounts, not a status."""

    PENDING = "pending"
    PAID = "paid"
    CANCELLED = "cancelled"


class LineKind(StrEnum):
    """What a line of an order is; only products carry a category."""

    PRODUCT = "product"
    SHIPPING = "shipping"
    TAX = "tax"
    TIP = "tip"
    GIFT_CARD = "gift_card"
    DISCOUNT = "discount"
    OTHER = "other"


class ZeroReason(StrEnum):
    """PRODUCT B5: why a line earned nothing."""

    EXCLUDED_PRODUCT = "excluded_product"
    TAX = "tax"
    SHIPPING = "shipping"
    DISCOUNT = "discount"
    CAP = "cap"
    GIFT_CARD = "gift_card"
    FREE = "free"
    ROUNDED_AWAY = "rounded_away"
    NO_RULE = "no_rule"
    NOT_EARNING = "not_earning"
    REFUNDED = "refunded"
