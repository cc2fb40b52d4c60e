"""What customers tell on purpose: questions, answers, what may be sent to whom."""

from enum import StrEnum


class QuestionSection(StrEnum):
    """PRODUCT L1: the parts of the preference center, in the order in which members see them."""

    INTERESTS = "interests"
    COMMUNICATION = "communication"
    VALUES = "values"
    REWARDS = "rewards"
    PROFILE = "profile"


class QuestionKind(StrEnum):
    """How a question is answered."""

    ONE = "one"
    MANY = "many"
    YES_NO = "yes_no"
    FREQUENCY = "frequency"
    BIRTHDAY = "birthday"
    TEXT = "text"


class QuestionRole(StrEnum):
    """What the programme itself does with the answers: the options of such a question have fixed keys."""

    NONE = ""
    CHANNELS = "channels"
    TOPICS = "topics"
    PAUSE = "pause"
    OPENS = "opens"


class QuestionStatus(StrEnum):
    DRAFT = "draft"
    PUBLISHED = "published"
    ARCHIVED = "archived"


class AnswerVerb(StrEnum):
    GIVEN = "given"
    WITHDRAWN = "withdrawn"


class AnswerSource(StrEnum):
    """Where an answer came from. `mailbox`: their mail provider told us, such as of a complaint."""

    PORTAL = "portal"
    MAIL_LINK = "mail_link"
    STAFF = "staff"
    IMPORT = "import"
    API = "api"
    MERGE = "merge"
    MAILBOX = "mailbox"


class ContactChannel(StrEnum):
    """How a customer can be written to."""

    EMAIL = "email"
    SMS = "sms"
    PORTAL = "portal"


class ContactTopic(StrEnum):
    """What a message is about. SERVICE is what the customer must be told and can't be switched off."""

    SERVICE = "service"
    WEEKLY_DIGEST = "weekly_digest"
    NEW_REWARDS = "new_rewards"
    BIG_SALES = "big_sales"
    OTHER = "other"


class PrizeStatus(StrEnum):
    """Of a prize in the pool of birthday surprises."""

    ACTIVE = "active"
    ARCHIVED = "archived"
