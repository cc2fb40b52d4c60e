"""The admin's navigation. A page that is finished adds its line here; nothing links to what isn't there."""

from dataclasses import dataclass

from loyalty.languages import message
from web.permissions import MEMBER

HOME = "/admin"


@dataclass(frozen=True, slots=True)
class Place:
    """One link. `action` (web.permissions) hides it from roles that may not go there.

    `waiting` names what waits there for a decision (loyalty.home.waiting); its count is drawn beside the label.
    `counted_for` is the action of those who decide, where others may go there too: only they see the count.
    `under` are the folders of its pages, where that isn't the path alone.
    """

    label: str
    path: str
    icon: str
    action: str
    waiting: str = ""
    under: tuple[str, ...] = ()
    counted_for: str = ""


PORTAL_HOME = "/portal"

NAV: tuple[tuple[str, tuple[Place, ...]], ...] = (
    (
        "",
        (
            Place(
                "Home",
                HOME,
                "house",
                "home.read",
                under=(
                    "/admin/expiring",
                    "/admin/returning",
                    "/admin/erasures",
                    "/admin/events",
                    "/admin/jobs",
                ),
            ),
            Place(
                "Customers",
                "/admin/customers",
                "users",
                "customers.read",
                under=(
                    "/admin/customers",
                    "/admin/batches",
                    "/admin/views",
                    "/admin/issued-rewards",
                    "/admin/search",
                ),
            ),
            Place("Till", "/till", "scan-line", "till.use"),
            Place("Reviews", "/admin/reviews", "star", "reviews.read", waiting="reviews"),
            Place(
                "Approvals",
                "/admin/approvals",
                "badge-check",
                "approvals.read",
                waiting="approvals",
                counted_for="approvals.decide",
            ),
            Place(
                "Activities",
                "/admin/activities/points",
                "activity",
                "activities.read",
                under=("/admin/activities", "/admin/referrals"),
            ),
        ),
    ),
    (
        "Programme",
        (
            Place(
                "Earning rules",
                "/admin/earning-rules",
                "coins",
                "earning.read",
                under=("/admin/earning-rules", "/admin/dry-runs"),
            ),
            Place("Rewards", "/admin/rewards", "gift", "rewards.read"),
            Place("Tiers", "/admin/tiers", "layers", "programme.read"),
            Place(
                "Expiry and hold",
                "/admin/policies",
                "hourglass",
                "programme.read",
                under=("/admin/policies", "/admin/stamp-card"),
            ),
        ),
    ),
    (
        "Engage",
        (
            Place("Segments", "/admin/segments", "list-filter", "segments.read"),
            Place("Campaigns", "/admin/campaigns", "megaphone", "campaigns.read"),
            Place("Automations", "/admin/automations", "zap", "automations.read"),
            Place("Preferences", "/admin/preferences", "sliders-horizontal", "preferences.read"),
            Place("Quizzes and polls", "/admin/surveys", "clipboard-list", "surveys.read"),
        ),
    ),
    (
        "Settings",
        (
            Place("Programme", "/admin/programme", "settings", "programme.manage"),
            Place("Stores", "/admin/stores", "store", "programme.manage"),
            Place("Text messages", "/admin/endpoint", "smartphone", "endpoint.manage"),
            Place("Staff", "/admin/staff", "users", "staff.read"),
            Place("API keys", "/admin/api-keys", "key-round", "api_keys.manage"),
            Place("Audit log", "/admin/audit", "history", "audit.read"),
        ),
    ),
)
"""Sections with their headings; the first has none."""

ACCOUNT = Place("My account", "/admin/account", "user", "account.edit")
KEYS = Place("Keyboard", "/admin/keys", "keyboard", "account.edit")
"""Behind one's own initials; the keys open as a dialog."""

JUMPS = {
    HOME: "h",
    "/admin/customers": "c",
    "/admin/reviews": "r",
    "/admin/activities/points": "a",
    "/admin/earning-rules": "e",
    "/admin/rewards": "w",
    "/admin/tiers": "t",
    "/admin/policies": "x",
    "/admin/preferences": "q",
    "/admin/programme": "p",
    "/admin/stores": "o",
    "/admin/staff": "s",
    "/admin/audit": "l",
}
"""The letter that goes there after a g, by path."""

ACTIVITIES = (
    Place("Points", "/admin/activities/points", "activity", "activities.read"),
    Place("Referrals", "/admin/activities/referrals", "share-2", "activities.read", waiting="referrals"),
    Place("Reviews", "/admin/activities/reviews", "star", "activities.read"),
    Place("Fraud desk", "/admin/referrals/rings", "share-2", "referrals.clear"),
)
"""The tabs of Activities."""

PORTAL = (
    Place(message("Home"), PORTAL_HOME, "house", MEMBER),
    Place(message("Rewards"), "/portal/rewards", "gift", MEMBER),
    Place(message("Activity"), "/portal/activity", "history", MEMBER),
    Place(message("Take part"), "/portal/surveys", "trophy", MEMBER),
    Place(message("Refer"), "/portal/refer", "share-2", MEMBER),
    Place(message("Preferences"), "/portal/preferences", "sliders-horizontal", MEMBER),
    Place(message("My data"), "/portal/data", "user", MEMBER),
)
"""The member's pages, for wide windows. A finished page adds its line; what isn't built isn't linked."""

MESSAGES = Place(message("Messages"), "/portal/messages", "inbox", MEMBER)
"""In the head of every page, with how many are unread."""

TABS = (
    Place(message("Home"), PORTAL_HOME, "house", MEMBER),
    Place(message("Rewards"), "/portal/rewards", "gift", MEMBER),
    Place(message("Card"), "/portal/card", "qr-code", MEMBER),
    Place(message("Activity"), "/portal/activity", "history", MEMBER),
    Place(message("You"), "/portal/data", "user", MEMBER),
)
"""The same for a thumb: at most five."""


def is_here(place: Place, path: str) -> bool:
    """Whether `path` is this place, or lies in one of its folders."""
    if path == place.path:
        return True
    alone = () if place.path in (HOME, PORTAL_HOME) else (place.path,)
    folders = place.under or alone
    return any(f"{path}/".startswith(f"{folder}/") for folder in folders)
