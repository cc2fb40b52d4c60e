"""Earning rules."""

from enum import StrEnum


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
