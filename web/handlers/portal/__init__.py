"""The members' and their friends' side. web/members.py tells how to add a page."""

from litestar import Router

from web.handlers.portal import (
    activity,
    brands,
    data,
    home,
    invitations,
    joinings,
    preferences,
    referrals,
    rewards,
    sign_ins,
    unsubscribing,
    vouchers,
)

friends = Router(
    "/",
    route_handlers=[
        referrals.show_invitation,
        referrals.create_claim,
        referrals.brand_sheet,
        unsubscribing.show_unsubscribing,
        unsubscribing.create_unsubscribing,
        unsubscribing.create_return,
        unsubscribing.show_choices,
        unsubscribing.create_choices,
    ],
)
routes = Router(
    "/portal",
    route_handlers=[
        home.show_home,
        home.show_card,
        rewards.list_rewards,
        rewards.list_codes,
        rewards.show_code,
        rewards.new_redemption,
        rewards.create_redemption,
        activity.list_activity,
        activity.explain_balance,
        invitations.show_invitation,
        preferences.show_preferences,
        preferences.create_answers,
        preferences.show_known,
        preferences.create_withdrawal,
        data.show_data,
        data.export_data,
        data.create_language,
        data.create_erasure,
        data.create_ending,
        joinings.create_joining,
        brands.show_colours,
        sign_ins.new_sign_in,
        sign_ins.new_sign_in_at,
        sign_ins.create_request,
        sign_ins.new_code,
        sign_ins.create_session,
        sign_ins.new_session_by_link,
        sign_ins.create_session_by_link,
        sign_ins.create_demo_session,
        sign_ins.end_session,
        vouchers.new_session_by_shop,
        vouchers.create_session_by_shop,
    ],
)
