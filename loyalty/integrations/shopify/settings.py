"""What Shopify calls things."""

from loyalty.integrations.envelopes import HeaderNames

HEADERS: HeaderNames = {
    "signature": ("x-shopify-hmac-sha256", "shopify-hmac-sha256"),
    "topic": ("x-shopify-topic", "shopify-topic"),
    "id": ("x-shopify-webhook-id", "shopify-webhook-id"),
    "shop": ("x-shopify-shop-domain", "shopify-shop-domain"),
    "triggered_at": ("x-shopify-triggered-at", "shopify-triggered-at"),
}
"""Both generations of header names, lower case; the first that is there counts."""

ORDER_TOPICS = frozenset(
    {
        "orders/create",
        "orders/paid",
        "orders/updated",
        "orders/cancelled",
        "orders/fulfilled",
        "orders/partially_fulfilled",
    }
)
"""All carry the whole order as it is at that moment."""

CUSTOMER_TOPICS = frozenset({"customers/create", "customers/update", "customers/enable", "customers/disable"})

REFUND_TOPICS = frozenset({"refunds/create"})

PRODUCT_TOPICS = frozenset({"products/create", "products/update"})
"""A deleted product is still needed for orders that come late, so its deletion isn't listened to."""

PRIVACY_TOPICS = frozenset({"customers/data_request", "customers/redact", "shop/redact"})
"""The three every app must answer."""

TOPICS = ORDER_TOPICS | CUSTOMER_TOPICS | REFUND_TOPICS | PRODUCT_TOPICS | PRIVACY_TOPICS
"""What to subscribe to; anything else is acknowledged and ignored."""
