"""Webhooks of shop platforms: signed, kept, answered; the worker applies them. PRODUCT N2, DESIGN §6.
Reports of mail services are taken at once: each changes one mail, once.

They carry no session and no CSRF token; the signature over the raw body is what they are trusted by.
"""

from litestar import Router

from web.handlers.hooks import mail, shopify, woocommerce

hooks_router = Router(
    "/hooks",
    route_handlers=[
        mail.receive_report,
        shopify.receive_for_shop,
        shopify.receive_for_store,
        woocommerce.receive_for_store,
    ],
)
