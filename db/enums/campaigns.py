"""Campaigns: what one is for, where it is, who is in which arm, and what became of a message."""

from enum import StrEnum


class Arm(StrEnum):
    """PRODUCT M3. `control` is the holdout and gets nothing; `broadcast` gets the general message."""

    TREATMENT = "treatment"
    CONTROL = "control"
    BROADCAST = "broadcast"


class CampaignState(StrEnum):
    """Where a campaign is. `draft` and `scheduled` go back and forth; `sent` and `cancelled` are its ends."""

    DRAFT = "draft"
    SCHEDULED = "scheduled"
    SENDING = "sending"
    PAUSED = "paused"
    SENT = "sent"
    CANCELLED = "cancelled"


class Objective(StrEnum):
    """What a campaign is for (PRODUCT M1, O6)."""

    WIN_BACK = "win_back"
    SECOND_ORDER = "second_order"
    SELL_MORE = "sell_more"
    SPEND_POINTS = "spend_points"
    THANK = "thank"
    ANNOUNCE = "announce"


class OfferKind(StrEnum):
    """What a campaign gives to everybody it is sent to."""

    NONE = "none"
    POINTS = "points"
    MULTIPLIER = "multiplier"
    NTH_ORDER = "nth_order"
    PRICE_CUT = "price_cut"
    REWARD = "reward"
    CODE = "code"


class RecipientState(StrEnum):
    """Where one person of a campaign is. `held` is the holdout; `posted` waits in an outbox."""

    WAITING = "waiting"
    HELD = "held"
    LEFT_OUT = "left_out"
    POSTED = "posted"
    DELIVERED = "delivered"
    FAILED = "failed"
    BOUNCED = "bounced"
    CANCELLED = "cancelled"


class LeftOut(StrEnum):
    """Why somebody of the audience gets nothing, or nothing by one channel. The schema names none of them."""

    GONE = "gone"
    EXCLUDED = "excluded"
    LEFT = "left"
    NO_ADDRESS = "no_address"
    GUEST = "guest"
    UNSUBSCRIBED = "unsubscribed"
    NOT_ASKED = "not_asked"
    PAUSED = "paused"
    TOPIC = "topic"
    CAPPED = "capped"
    BOUNCED = "bounced"
    NO_PHONE = "no_phone"
    TEXTS_STOPPED = "texts_stopped"
    TEXTS_NOT_ASKED = "texts_not_asked"
    NOT_MEMBER = "not_member"
    PORTAL_STOPPED = "portal_stopped"
    NO_CHANNEL = "no_channel"
    NO_VALUE = "no_value"
    OFFER = "offer"
    ORDERED = "ordered"
    OUT_OF_SEGMENT = "out_of_segment"
    REDEEMED = "redeemed"
    REVIEWED = "reviewed"
