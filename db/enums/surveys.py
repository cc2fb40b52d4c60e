"""Quizzes, polls, challenges and pledges."""

from enum import StrEnum


class SurveyKind(StrEnum):
    """PRODUCT L3."""

    QUIZ = "quiz"
    POLL = "poll"
    CHALLENGE = "challenge"
    PLEDGE = "pledge"


class SurveyStatus(StrEnum):
    """Whether members may see it; its opening and closing days narrow that further."""

    DRAFT = "draft"
    PUBLISHED = "published"
    ARCHIVED = "archived"


class GoalKind(StrEnum):
    """What a challenge or pledge counts. Money is in minor units, net of refunds."""

    ORDERS = "orders"
    ITEMS = "items"
    SPEND = "spend"
    REVIEWS = "reviews"
    REFERRALS = "referrals"


class ResponseState(StrEnum):
    """`open`: a challenge that runs. Quizzes and polls are `done` at once."""

    OPEN = "open"
    DONE = "done"
    MISSED = "missed"
