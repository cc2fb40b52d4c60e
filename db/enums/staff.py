"""Staff, members and how they sign in."""

from enum import StrEnum


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


class SessionKind(StrEnum):
    STAFF = "staff"
    MEMBER = "member"


class TokenPurpose(StrEnum):
    """What a one-time login token lets its bearer do."""

    STAFF_INVITE = "staff_invite"
    STAFF_SIGN_IN = "staff_sign_in"
    MEMBER_SIGN_IN = "member_sign_in"
    EMAIL_VERIFICATION = "email_verification"
