"""Who may do what. Each route names one action in its `opt`; this table is the only answer. PRODUCT O1."""

from db.enums import StaffRole

PUBLIC = "public"
API = "api"
"""Programs with a key; which scope a route wants is said in its `opt`, and web.keyed asks for it."""

MEMBER = "member"
"""A customer signed in to the portal. No staff role includes it, and it includes no staff action."""

ALL = frozenset(StaffRole)
OWNER = frozenset({StaffRole.OWNER})
OWNER_AND_MANAGER = frozenset({StaffRole.OWNER, StaffRole.MANAGER})
READS_BOOKS = OWNER_AND_MANAGER | {StaffRole.ANALYST}
DESK = OWNER_AND_MANAGER | {StaffRole.SERVICE}

PERMISSIONS: dict[str, frozenset[StaffRole]] = {
    "home.read": ALL,
    "session.end": ALL,
    "account.edit": ALL,
    "customers.read": ALL,
    "customers.export": READS_BOOKS,
    "activities.read": ALL,
    "activities.export": READS_BOOKS,
    "work.retry": OWNER_AND_MANAGER,
    "reviews.read": ALL,
    "reviews.decide": DESK,
    "segments.read": ALL,
    "segments.edit": OWNER_AND_MANAGER,
    "segments.export": READS_BOOKS,
    "points.adjust": DESK,
    "multipliers.grant": DESK,
    "approvals.read": DESK,
    "approvals.decide": OWNER_AND_MANAGER,
    "rewards.read": ALL,
    "rewards.edit": OWNER_AND_MANAGER,
    "till.use": DESK,
    "rewards.redeem": DESK,
    "rewards.remove": DESK,
    "referrals.cancel": DESK,
    "referrals.clear": OWNER_AND_MANAGER,
    "customers.edit": DESK,
    "customers.exclude": DESK,
    "customers.batch": DESK,
    "customers.merge": DESK,
    "customers.erase": OWNER_AND_MANAGER,
    "tiers.give": DESK,
    "notes.write": DESK,
    "earning.read": ALL,
    "earning.edit": OWNER_AND_MANAGER,
    "earning.try": READS_BOOKS,
    "programme.read": ALL,
    "programme.manage": OWNER_AND_MANAGER,
    "preferences.read": ALL,
    "preferences.edit": OWNER_AND_MANAGER,
    "surveys.read": ALL,
    "surveys.edit": OWNER_AND_MANAGER,
    "automations.read": ALL,
    "automations.edit": OWNER_AND_MANAGER,
    "campaigns.read": ALL,
    "campaigns.edit": OWNER_AND_MANAGER,
    "campaigns.export": READS_BOOKS,
    "api_keys.manage": OWNER,
    "endpoint.manage": OWNER,
    "staff.read": OWNER_AND_MANAGER,
    "staff.limit": OWNER_AND_MANAGER,
    "staff.manage": OWNER,
    "audit.read": OWNER_AND_MANAGER,
    "actions.undo": DESK,
    "actions.undo_others": OWNER_AND_MANAGER,
}


def allowed(role: StaffRole, action: str) -> bool:
    """Whether `role` may do `action`. An action missing from the table is a KeyError, never a yes."""
    return role in PERMISSIONS[action]
