"""The ledger, and who acts."""

from enum import StrEnum


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
