"""The till: for counter staff, with fingers. Plain pages, each a form that leads to the next. PRODUCT E5."""

from litestar import Router

from web.handlers.till import codes, customers, desk, outcomes, purchases, redemptions

routes = Router(
    "/till",
    route_handlers=[
        desk.show_till,
        customers.show_customer,
        purchases.create_purchase,
        redemptions.create_redemption,
        codes.show_code,
        codes.create_reservation,
        codes.create_release,
        codes.create_use,
        outcomes.show_outcome,
        outcomes.create_reversal,
    ],
)
