"""How long sessions live."""

from datetime import datetime, timedelta

from db.enums import SessionKind

STAFF_IDLE = timedelta(minutes=30)
STAFF_LONGEST = timedelta(hours=12)
MEMBER_IDLE = timedelta(days=30)
TOUCH_EVERY = timedelta(minutes=1)
KEPT_AFTER_END = timedelta(days=7)


def idle(kind: SessionKind) -> timedelta:
    """How long nobody has to come by for a session to be over."""
    return STAFF_IDLE if kind is SessionKind.STAFF else MEMBER_IDLE


def ends_at(kind: SessionKind, started: datetime, seen: datetime) -> datetime:
    """The latest end of a session: staff sessions don't slide."""
    return started + STAFF_LONGEST if kind is SessionKind.STAFF else seen + MEMBER_IDLE
