"""How stored words look on screen: label, icon, tone. One table per enum; tests check none is missing."""

from dataclasses import dataclass

from db.enums import (
    ApprovalStatus,
    BatchKind,
    BatchPersonState,
    BatchState,
    CustomerField,
    CustomerType,
    EntryKind,
    IssuedSource,
    IssuedStatus,
    OrderStatus,
    ReferralStatus,
    ReviewStatus,
    RewardKind,
    RewardStatus,
    ZeroReason,
)
from loyalty.activities.filters import PointsKind, Span
from loyalty.activities.referrals.filters import ReferralKind
from loyalty.catalogue.figures import Shown
from loyalty.customers.filters import Sort
from loyalty.rules.price_cuts import CutState


@dataclass(frozen=True, slots=True)
class Look:
    """`tone` is a CSS class of parts.css: good, warn, bad, note, accent or empty."""

    label: str
    tone: str = ""
    icon: str = ""


CUSTOMER_TYPES = {
    CustomerType.MEMBER: Look("Member", "good"),
    CustomerType.GUEST: Look("Guest"),
    CustomerType.LEFT: Look("Left", "bad"),
}
CUSTOMER_TABS = {CustomerType.MEMBER: "Members", CustomerType.GUEST: "Guests", CustomerType.LEFT: "Left"}
CUSTOMER_ORDERS = {
    Sort.ACTIVE: "latest activity first",
    Sort.QUIET: "longest without activity first",
    Sort.NAME: "by name",
    Sort.NAME_BACKWARDS: "by name, backwards",
    Sort.SPENT: "who spent most first",
    Sort.SPENT_LEAST: "who spent least first",
}

BATCHES = {
    BatchKind.TAG: Look("Add tag", icon="tag"),
    BatchKind.UNTAG: Look("Remove tag", icon="tag"),
    BatchKind.ADJUST: Look("Adjust balance", icon="coins"),
    BatchKind.LIST: Look("Add to list", icon="clipboard-list"),
    BatchKind.EXCLUDE: Look("Exclude from program", icon="user-minus"),
    BatchKind.END_OFFERS: Look("End what it gave", icon="hourglass"),
}
BATCH_STATES = {
    BatchState.RUNNING: Look("Going on", "note"),
    BatchState.DONE: Look("Done", "good"),
    BatchState.CANCELLED: Look("Stopped", "warn"),
    BatchState.UNDOING: Look("Being taken back", "note"),
    BatchState.UNDONE: Look("Taken back"),
}
BATCH_PEOPLE = {
    BatchPersonState.WAITING: Look("Waiting"),
    BatchPersonState.DONE: Look("Done", "good"),
    BatchPersonState.REFUSED: Look("Not done", "bad"),
    BatchPersonState.UNDONE: Look("Taken back"),
    BatchPersonState.KEPT: Look("Couldn’t be taken back", "warn"),
}

EDITS = {
    CustomerField.NAME: "Name",
    CustomerField.BIRTHDAY: "Birthday",
    CustomerField.EMAIL: "E-mail",
    CustomerField.PHONE: "Phone",
    CustomerField.TAGS: "Tags",
}

ENTRIES = {
    EntryKind.EARN_ORDER: Look("Earned on order", "good", "shopping-bag"),
    EntryKind.EARN_ACTION: Look("Earned", "good", "trending-up"),
    EntryKind.BONUS: Look("Bonus", "good", "gift"),
    EntryKind.REFERRAL: Look("Referral completed", "good", "share-2"),
    EntryKind.TIER_REWARD: Look("Tier reward", "good", "layers"),
    EntryKind.CAMPAIGN: Look("Campaign", "good", "star"),
    EntryKind.ADJUST: Look("Adjusted by hand", "accent", "pencil"),
    EntryKind.REDEEM: Look("Redeemed", "note", "gift"),
    EntryKind.REDEEM_REVERSAL: Look("Redemption returned", "note", "undo-2"),
    EntryKind.REFUND_CLAWBACK: Look("Taken back for refund of order", "bad", "rotate-ccw"),
    EntryKind.CLAWBACK_REVERSAL: Look("Refund of order withdrawn", "good", "undo-2"),
    EntryKind.EXPIRE: Look("Expired", "warn", "hourglass"),
    EntryKind.IMPORT: Look("Imported", "accent", "import"),
    EntryKind.MERGE: Look("Merged from another record", "accent", "users"),
    EntryKind.UNDO: Look("Undone", "accent", "undo-2"),
}

ISSUED_SOURCES = {
    IssuedSource.REDEMPTION: "Redeemed",
    IssuedSource.TIER: "Given for a tier",
    IssuedSource.REFERRAL: "Given for an invitation",
    IssuedSource.CAMPAIGN: "Given by a campaign",
    IssuedSource.BIRTHDAY: "Given for the birthday",
    IssuedSource.GOODWILL: "Given as goodwill",
    IssuedSource.SURVEY: "Given for taking part",
}
REWARD_KINDS = {
    RewardKind.AMOUNT_OFF: Look("Amount off", icon="tag"),
    RewardKind.PERCENT_OFF: Look("Percent off", icon="percent"),
    RewardKind.FREE_SHIPPING: Look("Free shipping", icon="truck"),
    RewardKind.FREE_PRODUCT: Look("Free product", icon="gift"),
    RewardKind.GIFT_CARD: Look("Gift card", icon="credit-card"),
    RewardKind.STORE_CREDIT: Look("Store credit", icon="wallet"),
    RewardKind.EXPERIENCE: Look("Experience", icon="sparkles"),
    RewardKind.DONATION: Look("Donation", icon="heart-handshake"),
    RewardKind.CUSTOM: Look("Something else", icon="shapes"),
}
REWARD_KINDS_ABOUT = {
    RewardKind.AMOUNT_OFF: "A fixed amount less on an order.",
    RewardKind.PERCENT_OFF: "A part of the order for nothing.",
    RewardKind.FREE_SHIPPING: "Delivery without charge.",
    RewardKind.FREE_PRODUCT: "One of your products, handed over.",
    RewardKind.GIFT_CARD: "A card with money on it.",
    RewardKind.STORE_CREDIT: "Money to spend with you later.",
    RewardKind.EXPERIENCE: "A class, a tasting, an evening.",
    RewardKind.DONATION: "You give to a good cause for them.",
    RewardKind.CUSTOM: "Anything you can describe.",
}
REWARD_STATES = {
    RewardStatus.ACTIVE: Look("In the catalogue", "good"),
    RewardStatus.DRAFT: Look("Draft", "warn"),
    RewardStatus.ARCHIVED: Look("Archived"),
}
REWARD_FIELDS = {
    "name": "Name",
    "description": "Description",
    "points": "Price in points",
    "offered": "Members can redeem it",
    "value": "Worth",
    "percent": "Percent off",
    "product": "Product",
    "cost": "Cost to you",
    "stock": "Left in stock",
    "per_customer": "Most per member",
    "tier": "For",
    "segments": "Segments",
    "since": "First day",
    "until": "Last day",
    "code_days": "Days a code is valid",
    "draft": "Draft",
}
ISSUED = {
    IssuedStatus.OUTSTANDING: Look("Unused", "good"),
    IssuedStatus.RESERVED: Look("Held at a till", "warn"),
    IssuedStatus.USED: Look("Used", "note"),
    IssuedStatus.VOID: Look("Void", "bad"),
    IssuedStatus.EXPIRED: Look("Expired"),
}
COPIES = {
    Shown.ALL: "All",
    Shown.OUTSTANDING: "Unused",
    Shown.USED: "Used",
    Shown.EXPIRED: "Expired",
    Shown.VOID: "Void",
    Shown.PAID: "Paid with points",
}
CUT_STATES = {
    CutState.PLANNED: Look("Planned", "accent"),
    CutState.RUNNING: Look("Running", "good"),
    CutState.OVER: Look("Over"),
    CutState.ENDED: Look("Ended early"),
}
POINTS_KINDS = {
    PointsKind.EARNED: "Earned",
    PointsKind.REDEEMED: "Redeemed",
    PointsKind.REFUNDED: "Refunded",
    PointsKind.EXPIRED: "Expired",
    PointsKind.ADJUSTED: "Adjusted",
}
SPANS = {
    Span.WEEK: "Last 7 days",
    Span.MONTH: "Last 30 days",
    Span.QUARTER: "Last 90 days",
    Span.YEAR: "Last 365 days",
    Span.THIS_YEAR: "This year",
    Span.ALL: "All time",
    Span.CUSTOM: "Between two days",
}

REFERRALS = {
    ReferralStatus.CLICKED: Look("Followed the link"),
    ReferralStatus.PENDING: Look("Pending", "warn"),
    ReferralStatus.COMPLETED: Look("Completed", "good"),
    ReferralStatus.CANCELLED: Look("Cancelled", "bad"),
    ReferralStatus.REVERSED: Look("Reward taken back", "bad"),
    ReferralStatus.EXPIRED: Look("Lapsed"),
    ReferralStatus.BLOCKED: Look("Blocked", "bad"),
}
REFERRAL_KINDS = {
    ReferralKind.FLAGGED: "Flagged",
    ReferralKind.PENDING: "Pending",
    ReferralKind.COMPLETED: "Completed",
    ReferralKind.CANCELLED: "Cancelled",
    ReferralKind.REVERSED: "Taken back",
    ReferralKind.EXPIRED: "Lapsed",
    ReferralKind.BLOCKED: "Blocked",
    ReferralKind.CLICKED: "Clicked only",
}

JOBS = {
    "apply_event": "Applying a delivery of the shop",
    "dry_run": "Trying an earning rule on past orders",
    "evaluate_tiers": "Looking at tiers",
    "end_challenges": "Ending challenges",
    "expire_points": "Expiring points",
    "expire_rewards": "Expiring rewards",
    "follow_segments": "Looking at who moves between segments",
    "lapse_referrals": "Lapsing referrals",
    "give_birthday_points": "Points for birthdays",
    "measure_campaign": "Counting what a campaign did",
    "notify_expiry": "Telling of points that expire",
    "record_notice": "Noting that a notice arrived",
    "send_mail": "Sending a mail",
    "call_endpoint": "Handing a message to the endpoint",
    "run_batch": "Changing many people",
    "run_automation": "Taking up an automation",
    "send_campaign": "Sending a campaign",
    "start_automations": "The morning’s automations",
    "refresh_segments": "Looking at everybody’s segments",
    "tidy_up": "Tidying up",
    "lapse_approvals": "Letting requests lapse",
    "undo_batch": "Changing many people back",
    "verify_ledger": "Proving the ledger",
}
APPROVALS = {
    ApprovalStatus.WAITING: Look("Waiting", "warn"),
    ApprovalStatus.APPROVED: Look("Approved", "good"),
    ApprovalStatus.DECLINED: Look("Declined", "bad"),
    ApprovalStatus.WITHDRAWN: Look("Withdrawn"),
    ApprovalStatus.LAPSED: Look("Lapsed"),
}
APPROVAL_LISTS = {"waiting": "Waiting", "ended": "Decided", "mine": "Asked by you"}
REVIEWS = {
    ReviewStatus.PENDING: Look("Waiting", "warn"),
    ReviewStatus.APPROVED: Look("Approved", "good"),
    ReviewStatus.REJECTED: Look("Rejected", "bad"),
    ReviewStatus.REMOVED: Look("Removed"),
}
REVIEW_TABS = {status: look.label for status, look in REVIEWS.items()}
REVIEW_VERBS = {
    ReviewStatus.APPROVED: "Approve",
    ReviewStatus.REJECTED: "Reject",
    ReviewStatus.REMOVED: "Remove",
}

ORDERS = {
    OrderStatus.PENDING: Look("Not paid yet", "warn"),
    OrderStatus.PAID: Look("Paid", "good"),
    OrderStatus.CANCELLED: Look("Cancelled", "bad"),
}
ZERO_REASONS = {
    ZeroReason.EXCLUDED_PRODUCT: "This product is excluded",
    ZeroReason.TAX: "Tax doesn’t earn",
    ZeroReason.SHIPPING: "Shipping doesn’t earn",
    ZeroReason.DISCOUNT: "Paid for by a discount",
    ZeroReason.CAP: "The limit of this rule was reached",
    ZeroReason.GIFT_CARD: "Gift cards don’t earn",
    ZeroReason.FREE: "It cost nothing",
    ZeroReason.ROUNDED_AWAY: "Too little for a whole point",
    ZeroReason.NO_RULE: "No earning rule applied",
    ZeroReason.NOT_EARNING: "The customer wasn’t earning then",
    ZeroReason.REFUNDED: "Refunded",
}

NONE_IN = {
    Span.WEEK: "None in the last 7 days",
    Span.MONTH: "None in the last 30 days",
    Span.QUARTER: "None in the last 90 days",
    Span.YEAR: "None in the last 365 days",
    Span.THIS_YEAR: "None this year",
    Span.CUSTOM: "None between these days",
}
METALS = ("bronze", "silver", "gold", "platinum")


def metal(rank: int) -> str:
    """The dot of the tier with this rank; ranks above the fourth stay platinum."""
    return METALS[min(max(rank, 1), len(METALS)) - 1]
