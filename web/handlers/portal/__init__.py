"""The members' and their friends' side. web/members.py tells how to add a page."""

from litestar import Router

from web.handlers.portal import brands, home, joinings, referrals, sign_ins

friends = Router(
    "/",
    route_handlers=[referrals.show_invitation, referrals.create_claim, referrals.brand_sheet],
)
routes = Router(
    "/portal",
    route_handlers=[
        home.show_home,
        joinings.create_joining,
        brands.show_colours,
        sign_ins.new_sign_in,
        sign_ins.new_sign_in_at,
        sign_ins.create_request,
        sign_ins.new_code,
        sign_ins.create_session,
        sign_ins.new_session_by_link,
        sign_ins.create_session_by_link,
        sign_ins.end_session,
    ],
)
