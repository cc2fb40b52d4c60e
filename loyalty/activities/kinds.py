"""Which ledger kinds each word of the filter bar stands for; every kind is in exactly one (PRODUCT D2)."""

from db.enums import EntryKind
from loyalty.activities.filters import PointsKind

KINDS: dict[PointsKind, tuple[EntryKind, ...]] = {
    PointsKind.EARNED: (
        EntryKind.EARN_ORDER,
        EntryKind.EARN_ACTION,
        EntryKind.BONUS,
        EntryKind.REFERRAL,
        EntryKind.TIER_REWARD,
        EntryKind.CAMPAIGN,
    ),
    PointsKind.REDEEMED: (EntryKind.REDEEM,),
    PointsKind.REFUNDED: (
        EntryKind.REFUND_CLAWBACK,
        EntryKind.CLAWBACK_REVERSAL,
        EntryKind.REDEEM_REVERSAL,
    ),
    PointsKind.EXPIRED: (EntryKind.EXPIRE,),
    PointsKind.ADJUSTED: (EntryKind.ADJUST, EntryKind.IMPORT, EntryKind.MERGE, EntryKind.UNDO),
}


def named(kinds: tuple[EntryKind, ...]) -> str:
    """The kinds as the list of a SQL `IN`; they are our own words."""
    return ", ".join(f"'{kind}'" for kind in kinds)
