"""The merchant's side."""

from litestar import Router

from web.handlers.admin import (
    activities,
    cancellations,
    clearances,
    customers,
    decisions,
    home,
    referrals,
    reversals,
    reviews,
    sessions,
)

routes = Router(
    "/admin",
    route_handlers=[
        home.show_home,
        sessions.new_session,
        sessions.create_session,
        sessions.new_session_by_link,
        sessions.create_session_by_link,
        sessions.create_demo_session,
        sessions.end_session,
        customers.list_customers,
        customers.show_customer,
        activities.list_points,
        activities.export_points,
        reversals.create_reversal,
        referrals.list_referrals,
        referrals.export_referrals,
        cancellations.new_cancellation,
        cancellations.create_cancellation,
        clearances.new_clearance,
        clearances.create_clearance,
        reviews.list_reviews,
        reviews.list_review_activity,
        reviews.export_reviews,
        decisions.new_decision,
        decisions.create_decision,
    ],
)
