"""The members' and their friends' side. web/members.py tells how to add a page."""

from litestar import Router

from web.handlers import of
from web.handlers.portal import (
    activity,
    brands,
    clicks,
    data,
    home,
    invitations,
    joinings,
    messages,
    opens,
    preferences,
    quizzes,
    referrals,
    rewards,
    sign_ins,
    surveys,
    unsubscribing,
    vouchers,
    why,
)

friends = Router("/", route_handlers=of(referrals, unsubscribing, clicks, opens, why))
routes = Router(
    "/portal",
    route_handlers=of(
        home,
        rewards,
        activity,
        invitations,
        preferences,
        data,
        messages,
        joinings,
        surveys,
        quizzes,
        brands,
        sign_ins,
        vouchers,
    ),
)
