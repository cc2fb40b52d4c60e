"""Webhooks of shop platforms: signed, kept, answered; the worker applies them. PRODUCT N2, DESIGN §6.

They carry no session and no CSRF token; the signature over the raw body is what they are trusted by.
"""

from litestar import Router

from web.handlers.hooks import shopify, woocommerce

hooks_router = Router(
    "/hooks",
    route_handlers=[
        shopify.receive_for_shop,
        shopify.receive_for_store,
        woocommerce.receive_for_store,
    ],
)
