"""The members' and their friends' side."""

from litestar import Router

from web.handlers.portal import referrals

routes = Router(
    "/",
    route_handlers=[referrals.show_invitation, referrals.create_claim, referrals.brand_sheet],
)
