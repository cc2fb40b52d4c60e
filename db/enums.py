"""The words the schema stores. Standard library only: every layer may import this module."""

from enum import StrEnum


class CustomerType(StrEnum):
    """PRODUCT A1. The four legal moves are in `loyalty.rules.customers`."""

    GUEST = "guest"
    MEMBER = "member"
    LEFT = "left"


class CustomerField(StrEnum):
    """PRODUCT B4: what staff edit in place."""

    NAME = "name"
    BIRTHDAY = "birthday"
    EMAIL = "email"
    PHONE = "phone"
    TAGS = "tags"


class Unit(StrEnum):
    POINTS = "points"
    STAMPS = "stamps"


class ExpiryPolicy(StrEnum):
    """PRODUCT J1: when a lot dies."""

    NONE = "none"
    ROLLING = "rolling"
    INACTIVITY = "inactivity"
    CALENDAR = "calendar"


class NegativePolicy(StrEnum):
    """PRODUCT C5: what a claw-back does with what no lot covers.

    block: the rest stays due; the order's next refund tries it again. allow: the rest becomes debt, paid
    from the next points. clamp: the rest is forgotten for good.
    """

    BLOCK = "block"
    ALLOW = "allow"
    CLAMP = "clamp"


class EntryKind(StrEnum):
    """PRODUCT C1."""

    EARN_ORDER = "earn_order"
    EARN_ACTION = "earn_action"
    BONUS = "bonus"
    REFERRAL = "referral"
    TIER_REWARD = "tier_reward"
    CAMPAIGN = "campaign"
    ADJUST = "adjust"
    REDEEM = "redeem"
    REDEEM_REVERSAL = "redeem_reversal"
    REFUND_CLAWBACK = "refund_clawback"
    CLAWBACK_REVERSAL = "clawback_reversal"
    EXPIRE = "expire"
    IMPORT = "import"
    MERGE = "merge"
    UNDO = "undo"


class ActorKind(StrEnum):
    SYSTEM = "system"
    STAFF = "staff"
    MEMBER = "member"
    API = "api"


class StaffRole(StrEnum):
    """PRODUCT O1."""

    OWNER = "owner"
    MANAGER = "manager"
    SERVICE = "service"
    ANALYST = "analyst"
    READ_ONLY = "read_only"


class StaffStatus(StrEnum):
    INVITED = "invited"
    ACTIVE = "active"
    REMOVED = "removed"


class Platform(StrEnum):
    """Where a store's orders come from."""

    SHOPIFY = "shopify"
    WOOCOMMERCE = "woocommerce"
    POS = "pos"
    API = "api"


class EarningTrigger(StrEnum):
    """PRODUCT I1."""

    ORDER = "order"
    SIGNUP = "signup"
    BIRTHDAY = "birthday"
    REVIEW = "review"
    REFERRAL = "referral"
    SOCIAL_SHARE = "social_share"
    VISIT = "visit"
    PROFILE = "profile"
    QUIZ = "quiz"
    POLL = "poll"
    CHALLENGE = "challenge"
    CUSTOM = "custom"


class RuleStatus(StrEnum):
    DRAFT = "draft"
    ACTIVE = "active"
    PAUSED = "paused"
    ARCHIVED = "archived"


class OrderStatus(StrEnum):
    """The money side of an order; refunds are amounts, not a status."""

    PENDING = "pending"
    PAID = "paid"
    CANCELLED = "cancelled"


class LineKind(StrEnum):
    """What a line of an order is; only products carry a category."""

    PRODUCT = "product"
    SHIPPING = "shipping"
    TAX = "tax"
    TIP = "tip"
    GIFT_CARD = "gift_card"
    DISCOUNT = "discount"
    OTHER = "other"


class ZeroReason(StrEnum):
    """PRODUCT B5: why a line earned nothing."""

    EXCLUDED_PRODUCT = "excluded_product"
    TAX = "tax"
    SHIPPING = "shipping"
    DISCOUNT = "discount"
    CAP = "cap"
    GIFT_CARD = "gift_card"
    FREE = "free"
    ROUNDED_AWAY = "rounded_away"
    NO_RULE = "no_rule"
    NOT_EARNING = "not_earning"
    REFUNDED = "refunded"


class RewardKind(StrEnum):
    """PRODUCT E1."""

    AMOUNT_OFF = "amount_off"
    PERCENT_OFF = "percent_off"
    FREE_SHIPPING = "free_shipping"
    FREE_PRODUCT = "free_product"
    GIFT_CARD = "gift_card"
    STORE_CREDIT = "store_credit"
    EXPERIENCE = "experience"
    DONATION = "donation"
    CUSTOM = "custom"


class RewardStatus(StrEnum):
    DRAFT = "draft"
    ACTIVE = "active"
    ARCHIVED = "archived"


class IssuedStatus(StrEnum):
    """PRODUCT E2, E3. `reserved` is held by a till and returns to `outstanding` when released or late."""

    OUTSTANDING = "outstanding"
    RESERVED = "reserved"
    USED = "used"
    VOID = "void"
    EXPIRED = "expired"


class IssuedSource(StrEnum):
    REDEMPTION = "redemption"
    TIER = "tier"
    REFERRAL = "referral"
    CAMPAIGN = "campaign"
    BIRTHDAY = "birthday"
    GOODWILL = "goodwill"


class TierMetric(StrEnum):
    """PRODUCT F1."""

    SPEND = "spend"
    POINTS = "points"
    ORDERS = "orders"


class TierWindow(StrEnum):
    LIFETIME = "lifetime"
    CALENDAR_YEAR = "calendar_year"
    ROLLING = "rolling"
    ANNIVERSARY = "anniversary"


class TierDowngrade(StrEnum):
    ONE_STEP = "one_step"
    TO_QUALIFIED = "to_qualified"
    NEVER = "never"


class ReferralStatus(StrEnum):
    """PRODUCT G1."""

    CLICKED = "clicked"
    PENDING = "pending"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    REVERSED = "reversed"
    EXPIRED = "expired"
    BLOCKED = "blocked"


class ReviewStatus(StrEnum):
    """PRODUCT H1."""

    PENDING = "pending"
    APPROVED = "approved"
    REJECTED = "rejected"
    REMOVED = "removed"


class SessionKind(StrEnum):
    STAFF = "staff"
    MEMBER = "member"


class TokenPurpose(StrEnum):
    """What a one-time login token lets its bearer do."""

    STAFF_INVITE = "staff_invite"
    STAFF_SIGN_IN = "staff_sign_in"
    MEMBER_SIGN_IN = "member_sign_in"
    EMAIL_VERIFICATION = "email_verification"


class JobState(StrEnum):
    READY = "ready"
    LEASED = "leased"
    DONE = "done"
    DEAD = "dead"


class EventState(StrEnum):
    """An inbound event. `ignored` says why in its note; `dead` can be retried from the admin."""

    NEW = "new"
    DONE = "done"
    IGNORED = "ignored"
    DEAD = "dead"
