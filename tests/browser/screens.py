"""Where every page of the app is seen in the demo shop, found by the app's own routes.

A page whose address has no name in braces is looked at by itself. The others say in STANDS_FOR who or what stands
there, and whoever adds one that doesn't fails tests/house/test_screens.py. What is in braces in an address is a
name of NAMED, found in the demo's database, of LINKED, found on a page, of MADE, made by sending a form, or of
MAILED, from a letter.
"""

import re
from collections.abc import Iterator
from functools import cache

from litestar.handlers import HTTPRouteHandler

from loyalty.settings import Settings
from web.app import create_app
from web.permissions import MEMBER, PUBLIC

NOT_A_PAGE = {
    "/api/": "For machines.",
    "/dev/": "For whoever develops.",
    "/brand/": "Pictures.",
    "/health": "For machines.",
    "/c/": "Leads on to what a letter links to.",
    "/o/": "A picture of one pixel.",
    ".csv": "A file.",
    ".css": "A file.",
    ".webmanifest": "A file.",
    "/portal/data/export": "A file.",
    "/preview": "A part of a form that htmx asks for.",
    "/admin/programme/colour": "A part of a form that htmx asks for.",
    "/admin/sign-in/code": "test_two_step.py looks at it: it comes after a password or a link.",
    "/portal/sign-in/code": "test_portal.py looks at it: it comes after an address.",
}
"""What a route begins or ends with that isn't looked at, and why."""
FRONT_DOOR = "/"
"""Leads to the sign-in."""

ABOUT_PEOPLE = (
    "/admin/customers",
    "/admin/segments",
    "/admin/campaigns",
    "/admin/automations",
    "/admin/activities",
    "/admin/referrals",
)
"""Where half of the pages are, so that two processes can look at once."""

INES = "/admin/customers/{ines}"
STANDS_FOR = {
    "/admin/approvals/{uid:str}": "/admin/approvals/{approval}",
    "/admin/automations/{uid:str}": "/admin/automations/{automation}",
    "/admin/batches/new/{kind:str}": "/admin/batches/new/tag?all=1&filter=type%3Dleft",
    "/admin/batches/{uid:str}": "/admin/batches/{batch}",
    "/admin/campaigns/{uid:str}": "/admin/campaigns/{campaign}",
    "/admin/campaigns/{uid:str}/trigger": "/admin/campaigns/{written}/trigger",
    **{
        f"/admin/campaigns/{{uid:str}}/{step}": f"/admin/campaigns/{{plan}}/{step}"
        for step in ("objective", "audience", "offer", "message", "schedule", "review")
    },
    "/admin/customers/{uid:str}": INES,
    "/admin/customers/{uid:str}/edits/{field:str}": f"{INES}/edits/name",
    "/admin/customers/{uid:str}/joining": "/admin/customers/{left}/joining",
    "/admin/customers/{uid:str}/merging": "/admin/customers/{bram}/merging",
    "/admin/dry-runs/{uid:str}": "/admin/dry-runs/{dry_run}",
    "/admin/earning-rules/{uid:str}": "/admin/earning-rules/{rule}",
    "/admin/earning-rules/{uid:str}/activation": "/admin/earning-rules/{draft_rule}/activation",
    "/admin/issued-rewards/{uid:str}": "/admin/issued-rewards/{copy}",
    "/admin/issued-rewards/{uid:str}/goodwill": "/admin/issued-rewards/{used}/goodwill",
    "/admin/policies/drafts/{uid:str}": "/admin/policies/drafts/{policy_draft}",
    "/admin/preferences/questions/{uid:str}": "/admin/preferences/questions/{question}",
    "/admin/preferences/surprises/{uid:str}": "/admin/preferences/surprises/{prize}",
    "/admin/referrals/rings/{uid:str}": "/admin/referrals/rings/{ring}",
    "/admin/referrals/{uid:str}": "/admin/referrals/{pending}",
    "/admin/referrals/{uid:str}/clearance": "/admin/referrals/{blocked}/clearance",
    "/admin/reviews/{uid:str}/decision/new": "/admin/reviews/{review}/decision/new?status=rejected",
    "/admin/rewards/new/{kind:str}": "/admin/rewards/new/amount_off",
    "/admin/rewards/{uid:str}": "/admin/rewards/{reward}",
    "/admin/segments/moves/people": "/admin/segments/moves/people?{moved}",
    "/admin/segments/{uid:str}": "/admin/segments/{vips}",
    "/admin/segments/{uid:str}/listings": "/admin/segments/{list}/listings",
    "/admin/segments/{uid:str}/tree": "/admin/segments/{tree}/tree",
    "/admin/sign-in/link/{token:str}": "/admin/sign-in/link/once",
    "/admin/staff/{uid:str}": "/admin/staff/{theo}",
    "/admin/stores/{uid:str}": "/admin/stores/{store}",
    "/admin/surveys/new/{kind:str}": "/admin/surveys/new/quiz",
    "/admin/surveys/{uid:str}": "/admin/surveys/{quiz}",
    "/admin/tiers/drafts/{uid:str}": "/admin/tiers/drafts/{tier_draft}",
    "/admin/views/{uid:str}": "/admin/views/{view}",
    "/portal/messages/{uid:str}": "/portal/messages/{message}",
    "/portal/rewards/mine/{uid:str}": "/portal/rewards/mine/{hers}",
    "/portal/rewards/{uid:str}": "/portal/rewards/{reward}",
    "/portal/sign-in/link/{token:str}": "/portal/sign-in/link/once",
    "/portal/sign-in/shop/{token:str}": "/portal/sign-in/shop/once",
    "/portal/surveys/{uid:str}": "/portal/surveys/{quiz}",
    "/portal/to/{handle:str}": "/portal/to/juniper-rye",
    "/portal/to/{handle:str}/surveys/{uid:str}": "/portal/to/juniper-rye/surveys/{quiz}",
    "/preferences/{token:str}": "{preferences}",
    "/r/{code:str}": "/r/{invitation}",
    "/till/codes/{uid:str}": "/till/codes/{copy}",
    "/till/customers/{uid:str}": "/till/customers/{ines}",
    "/till/outcomes/{uid:str}": "/till/outcomes/{counted}",
    "/unsubscribe/{token:str}": "{unsubscribe}",
    "/why/{token:str}": "{why}",
}
"""How a route's address begins, by how the route begins; the longest counts."""

ALSO = {
    "/admin": ("/admin?by=month",),
    "/admin/search": ("/admin/search?q=lena", "/admin/search?q=nobody+at+all"),
    "/admin/customers": (
        "/admin/customers?q=nobody+at+all",
        "/admin/customers?least=100&tag=wholesale&seen=30",
    ),
    "/admin/customers/{uid:str}": (
        *(f"{INES}?tab={tab}" for tab in ("orders", "lots", "rewards", "referrals", "reviews", "messages")),
        f"{INES}?tab=history",
        "/admin/customers/{guest}",
        "/admin/customers/{left}",
    ),
    "/admin/customers/{uid:str}/adjustments/new": (f"{INES}/adjustments/new?points=-24",),
    "/admin/customers/{uid:str}/edits/{field:str}": tuple(
        f"{INES}/edits/{field}" for field in ("birthday", "email", "phone", "tags")
    ),
    "/admin/customers/{uid:str}/explanation": (f"{INES}/explanation?day=2026-06-30",),
    "/admin/customers/{uid:str}/merging/new": ("/admin/customers/{bram}/merging/new?other={brams_other}",),
    "/admin/views/new": ("/admin/views/new?filter=type%3Dleft",),
    "/admin/batches/new/{kind:str}": (
        "/admin/batches/new/adjust?all=1&filter=type%3Dleft",
        "/admin/batches/new/end_offers?campaign={cut}",
    ),
    "/admin/activities/points": (
        "/admin/activities/points?span=custom",
        "/admin/activities/points?kind=expired&span=all",
    ),
    "/admin/activities/reviews": ("/admin/activities/reviews?span=custom",),
    "/admin/activities/referrals": (
        "/admin/activities/referrals?span=all",
        "/admin/activities/referrals?kind=flagged",
        "/admin/activities/referrals?q=nobody",
    ),
    "/admin/referrals/{uid:str}/cancellation/new": ("/admin/referrals/{completed}/cancellation/new",),
    "/admin/reviews": ("/admin/reviews?status=every",),
    "/admin/approvals": ("/admin/approvals?show=ended", "/admin/approvals?show=mine"),
    "/admin/rewards": ("/admin/rewards?status=archived",),
    "/admin/rewards/new/{kind:str}": ("/admin/rewards/new/gift_card",),
    "/admin/earning-rules/{uid:str}": ("/admin/earning-rules/{draft_rule}",),
    "/admin/earning-rules/sample": (
        "/admin/earning-rules/sample?amount_0=24&category_0=Bread&amount_1=6&tags_1=no-points&on=2026-01-06",
    ),
    "/admin/segments/map": ("/admin/segments/map?preset=ten",),
    "/admin/segments/{uid:str}": (
        "/admin/segments/{at_risk}",
        "/admin/segments/{list}",
        "/admin/segments/{declared}",
    ),
    "/admin/preferences/questions/new": ("/admin/preferences/questions/new?section=values",),
    "/admin/surveys/new/{kind:str}": ("/admin/surveys/new/challenge",),
    "/admin/surveys/{uid:str}": ("/admin/surveys/{poll}", "/admin/surveys/{challenge}"),
    "/admin/surveys/{uid:str}/edit": ("/admin/surveys/{poll}/edit",),
    "/till": ("/till?q=ines", "/till?q=nobody at all"),
    "/till/customers/{uid:str}": ("/till/customers/{guest}",),
    "/till/codes/{uid:str}": ("/till/codes/{used}",),
    "/portal/rewards": ("/portal/rewards?show=all",),
    "/portal/surveys/{uid:str}": ("/portal/surveys/{poll}", "/portal/surveys/{challenge}"),
    "/r/{code:str}": ("/r/NOBODY",),
    "/unsubscribe/{token:str}": ("{unsubscribe}x",),
}
"""Other shapes of a page, by its route."""

REFUSED = {
    "/r/NOBODY": "No such invitation.",
    "{unsubscribe}x": "A damaged link.",
    "/portal/sign-in/shop/once": "A damaged token of the shop.",
    "/admin/stamp-card": "The demo shop counts points.",
}
"""Addresses that are answered with why not; how that looks is looked at, too."""

PLACE = re.compile(r"\{(\w+)\}")
"""A name in braces."""

NAMED = {
    "ines": "SELECT uid FROM customers WHERE email_key = 'ines.okafor@example.com'",
    "invitation": "SELECT referral_code FROM customers WHERE email_key = 'ines.okafor@example.com'",
    "bram": "SELECT uid FROM customers WHERE email_key = 'bram.visser@example.com'",
    "brams_other": "SELECT uid FROM customers WHERE email_key = 'bram@visser.example'",
    "guest": "SELECT uid FROM customers WHERE type = 'guest' AND merged_into IS NULL ORDER BY id",
    "left": "SELECT uid FROM customers WHERE type = 'left' AND merged_into IS NULL ORDER BY id",
    "hers": """SELECT i.uid FROM issued_rewards i JOIN customers c ON c.id = i.customer_id
        WHERE i.status = 'outstanding' AND c.email_key = 'ines.okafor@example.com'""",
    "copy": "SELECT uid FROM issued_rewards WHERE status = 'outstanding' AND points_paid > 0",
    "used": "SELECT uid FROM issued_rewards WHERE status = 'used' AND points_paid > 0",
    "counted": "SELECT uid FROM actions WHERE verb = 'code.used' ORDER BY id DESC",
    "view": "SELECT uid FROM saved_views",
    "batch": "SELECT uid FROM batches",
    "review": "SELECT uid FROM reviews WHERE status = 'pending'",
    "pending": "SELECT uid FROM referrals WHERE status = 'pending'",
    "completed": "SELECT uid FROM referrals WHERE status = 'completed'",
    "blocked": "SELECT uid FROM referrals WHERE status = 'blocked'",
    "approval": "SELECT uid FROM approvals WHERE status = 'waiting'",
    "automation": "SELECT uid FROM automations WHERE state = 'on' ORDER BY id",
    "written": """SELECT c.uid FROM campaigns c JOIN automations a ON a.campaign_id = c.id
        WHERE a.state = 'draft'""",
    "campaign": "SELECT uid FROM campaigns WHERE automation_id IS NULL ORDER BY id",
    "cut": "SELECT uid FROM campaigns WHERE state = 'sent' AND offer LIKE '%price_cut%'",
    "message": """SELECT m.uid FROM portal_messages m JOIN customers c ON c.id = m.customer_id
        WHERE c.email_key = 'ines.okafor@example.com' ORDER BY m.id DESC""",
    "store": "SELECT uid FROM stores WHERE handle = 'web'",
    "rule": "SELECT uid FROM earning_rules WHERE name = '3 points per $1'",
    "draft_rule": "SELECT uid FROM earning_rules WHERE status = 'draft'",
    "dry_run": "SELECT uid FROM dry_runs",
    "reward": "SELECT uid FROM rewards WHERE redeemable = 1 ORDER BY points_price",
    "at_risk": "SELECT uid FROM segments WHERE handle = 'value:at-risk'",
    "vips": "SELECT uid FROM segments WHERE handle = 'vips'",
    "list": "SELECT uid FROM segments WHERE kind = 'static'",
    "tree": "SELECT uid FROM segments WHERE kind = 'custom' ORDER BY id",
    "declared": "SELECT uid FROM segments WHERE kind = 'declared' AND handle <> 'declared:birthdays'",
    "theo": "SELECT uid FROM staff WHERE name = 'Theo'",
    "quiz": "SELECT uid FROM surveys WHERE kind = 'quiz'",
    "poll": "SELECT uid FROM surveys WHERE kind = 'poll'",
    "challenge": "SELECT uid FROM surveys WHERE kind = 'challenge'",
    "question": "SELECT uid FROM preference_questions WHERE key = 'favourite_shelf'",
    "prize": "SELECT uid FROM surprise_prizes",
}
"""The first row of each is meant."""

LINKED = {
    "ring": ("/admin/referrals/rings", r"/rings/([^/\"]+)/verdict/new"),
    "moved": ("/admin/segments/moves", r"/admin/segments/moves/people\?([^\"]+)"),
}
"""The page, and what is found in it."""

MADE = {
    "tier_draft": ("/admin/tiers/edit", (), (), "See who would move"),
    "policy_draft": ("/admin/policies/edit", (), (), "See what it would do"),
    "plan": ("/admin/campaigns/new", ("Name",), ("Win people back",), "Save and go on"),
}
"""The form's address, the fields in which something is typed, what is picked, and the button."""

MAILED = ("unsubscribe", "preferences", "why")
"""The links of a letter to somebody, in this order."""


@cache
def routes() -> dict[str, str]:
    """What answers a browser with GET: the action that each route declares, by its path.

    Making the application takes a second; whoever asks reads the same answer.
    """
    return {
        route.path: handler.opt.get("action", PUBLIC)
        for route in create_app(Settings()).routes
        for handler in getattr(route, "route_handlers", ())
        if isinstance(handler, HTTPRouteHandler) and "GET" in handler.http_methods
    }


def pages() -> dict[str, str]:
    """The routes that are pages, with the action each declares."""
    no_page = tuple(NOT_A_PAGE)
    return {
        path: action
        for path, action in routes().items()
        if path != FRONT_DOOR and not path.startswith(no_page) and not path.endswith(no_page)
    }


def addresses(route: str) -> tuple[str, ...]:
    """Where a page is seen: its own address, then its other shapes."""
    begins = max((start for start in STANDS_FOR if f"{route}/".startswith(f"{start}/")), key=len, default="")
    return STANDS_FOR.get(begins, "") + route.removeprefix(begins), *ALSO.get(route, ())


def seen_by(action: str) -> str:
    """Whose window shows a page: `anybody`'s, a `member`'s or the `staff`'s."""
    return {PUBLIC: "anybody", MEMBER: "member"}.get(action, "staff")


def screens() -> Iterator[tuple[str, str]]:
    """Every address to be looked at, with whose window shows it."""
    for route, action in pages().items():
        for address in addresses(route):
            yield seen_by(action), address
