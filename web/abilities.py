"""The permission table as people read it. PRODUCT O1."""

from dataclasses import dataclass

from db.enums import StaffRole
from web.permissions import PERMISSIONS

ROLES = {
    StaffRole.OWNER: "Owner",
    StaffRole.MANAGER: "Manager",
    StaffRole.SERVICE: "Service",
    StaffRole.ANALYST: "Analyst",
    StaffRole.READ_ONLY: "Read-only",
}
ABOUT = {
    StaffRole.OWNER: "Everything, staff included.",
    StaffRole.MANAGER: "Everything but who works here.",
    StaffRole.SERVICE: "Helps customers: adjusts, redeems, decides on reviews.",
    StaffRole.ANALYST: "Looks at everything and exports it.",
    StaffRole.READ_ONLY: "Looks, and changes nothing.",
}

LABELS = {
    "home.read": "See the front page",
    "session.end": "Sign out",
    "account.edit": "Edit their own account",
    "customers.read": "See customers",
    "activities.read": "See activities",
    "activities.export": "Export activities",
    "reviews.read": "See reviews",
    "reviews.decide": "Approve and reject reviews",
    "segments.read": "See segments",
    "segments.edit": "Change segments, have them refreshed",
    "segments.export": "Export the people of a segment",
    "points.adjust": "Adjust balances, within their limits",
    "multipliers.grant": "Grant and withdraw one-shot multipliers",
    "approvals.read": "Ask a second person for more",
    "approvals.decide": "Decide on what others ask for, within their limits",
    "rewards.read": "See rewards",
    "rewards.edit": "Edit rewards, cut their prices",
    "till.use": "Work at the till",
    "rewards.redeem": "Spend balances for customers",
    "rewards.remove": "Remove issued rewards",
    "referrals.cancel": "Cancel referrals",
    "referrals.clear": "Let flagged referrals through",
    "customers.edit": "Edit customers",
    "customers.exclude": "Exclude customers, let them join",
    "customers.merge": "Merge two records of a person",
    "customers.erase": "Erase a person for good",
    "customers.batch": "Change many customers at once",
    "tiers.give": "Change tiers by hand",
    "notes.write": "Write team notes",
    "programme.read": "See tiers, expiry and settings",
    "programme.manage": "Change tiers, expiry and settings",
    "preferences.read": "See what members are asked and answered",
    "preferences.edit": "Write questions, set the profile bonus and surprises",
    "surveys.read": "See quizzes, polls and challenges and their results",
    "surveys.edit": "Write and publish quizzes, polls and challenges",
    "automations.read": "See automations and whom they wrote to",
    "automations.edit": "Write automations and switch them on",
    "campaigns.read": "See campaigns and who got them",
    "campaigns.edit": "Write and send campaigns",
    "campaigns.export": "Export what campaigns did",
    "actions.undo": "Undo what they did themselves",
    "actions.undo_others": "Undo what others did",
    "earning.read": "See earning rules, try a sample order",
    "earning.edit": "Change earning rules",
    "earning.try": "Dry-run earning rules over past orders",
    "api_keys.manage": "Make and revoke API keys",
    "endpoint.manage": "Set where text messages go",
    "staff.read": "See who works here",
    "staff.limit": "Set adjustment limits",
    "staff.manage": "Invite, change roles, remove",
    "audit.read": "Read the audit log",
}


@dataclass(frozen=True, slots=True)
class Ability:
    """One row: what it is, and for each role in the order of ROLES whether it may."""

    label: str
    roles: tuple[tuple[str, bool], ...]


def label(action: str) -> str:
    """What the table calls an action; one without a name of its own reads “Export customers”."""
    noun, _, verb = action.partition(".")
    return LABELS.get(action) or f"{verb} {noun}".replace("_", " ").capitalize()


def table() -> tuple[Ability, ...]:
    """Everything anybody may do, in the order of web.permissions."""
    return tuple(
        Ability(label(action), tuple((name, role in allowed) for role, name in ROLES.items()))
        for action, allowed in PERMISSIONS.items()
    )


SUBJECTS = {
    "points": "Points",
    "approval": "Approvals",
    "rewards": "Rewards and codes",
    "customers": "Customers",
    "tiers": "Tiers",
    "referrals": "Referrals",
    "reviews": "Reviews",
    "preferences": "Preferences",
    "survey": "Quizzes and polls",
    "automation": "Automations",
    "campaign": "Campaigns",
    "programme": "Programme",
    "staff": "Staff",
    "purchase": "Purchases at the till",
    "undone": "Undoing",
}
KINDS = {"system": "The programme itself", "member": "Members", "api": "Programs (API)"}
"""What the audit log's filters are called."""
