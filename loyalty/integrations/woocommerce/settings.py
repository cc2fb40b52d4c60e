"""What WooCommerce calls things."""

from loyalty.integrations.envelopes import HeaderNames

HEADERS: HeaderNames = {
    "signature": ("x-wc-webhook-signature",),
    "topic": ("x-wc-webhook-topic",),
    "id": ("x-wc-webhook-delivery-id",),
    "shop": ("x-wc-webhook-source",),
    "triggered_at": (),
}
"""Lower case. WooCommerce doesn't say when a delivery was triggered."""

ORDER_TOPICS = frozenset({"order.created", "order.updated", "order.restored"})
"""All carry the whole order as it is at that moment, its refunds included."""

CUSTOMER_TOPICS = frozenset({"customer.created", "customer.updated"})

REFUND_TOPICS = frozenset({"refund.created", "order_refund.created"})
"""Not in WooCommerce itself; extensions add them, with the REST API's refund as the body."""

PRODUCT_TOPICS = frozenset({"product.created", "product.updated", "product.restored"})
"""A deleted product is still needed for orders that come late, so its deletion isn't listened to."""

DELETIONS = frozenset({"order.deleted", "customer.deleted"})
"""Carry nothing but the id, for good things tidied away as well as for bad ones."""

TOPICS = ORDER_TOPICS | CUSTOMER_TOPICS | REFUND_TOPICS | PRODUCT_TOPICS | DELETIONS
"""What to subscribe to; anything else is acknowledged and ignored."""
