"""The catalogue and what was issued."""

from enum import StrEnum


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
    SURVEY = "survey"
