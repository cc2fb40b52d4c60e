"""When an adjustment needs a second person, and who that may be. PRODUCT C7."""

from datetime import datetime, timedelta

from db.enums import ApprovalStatus
from loyalty.errors import AlreadyDone, Invalid, LoyaltyError, NotAllowed
from loyalty.rules.adjustments import refuse

LASTS = timedelta(days=14)
"""How long a request waits before it lapses: nobody decides on what is forgotten."""

ENDED = {
    ApprovalStatus.APPROVED: "has been approved already",
    ApprovalStatus.DECLINED: "has been declined already",
    ApprovalStatus.WITHDRAWN: "has been withdrawn",
    ApprovalStatus.LAPSED: "has lapsed; it can be asked for again",
}
"""What a request that waits no longer is said to be."""


def needs_second(points: int, available: int, *, limit: int | None, left_today: int | None) -> bool:
    """Whether a limit of the person's own is all that stands in the way of this adjustment."""
    try:
        refuse(points, available, limit=limit, left_today=left_today)
    except NotAllowed:
        return True
    except LoyaltyError:
        return False
    return False


def status_at(status: ApprovalStatus, lapses_at: datetime, now: datetime) -> ApprovalStatus:
    """The status by date: a request past its day has lapsed, job or no job."""
    waits = status is ApprovalStatus.WAITING
    return ApprovalStatus.LAPSED if waits and lapses_at <= now else status


def refuse_ended(status: ApprovalStatus) -> None:
    """Return while the request waits. Raises AlreadyDone with what became of it."""
    if status is not ApprovalStatus.WAITING:
        raise AlreadyDone(f"This request {ENDED[status]}.")


def refuse_decision(status: ApprovalStatus, asked_by: int, by: int | None) -> None:
    """Return when this person may decide. Raises AlreadyDone, and NotAllowed for one's own request."""
    refuse_ended(status)
    if by is None or asked_by == by:
        raise NotAllowed("You asked for this yourself; a second person decides.")


def refuse_past(expires_at: datetime | None, now: datetime) -> None:
    """Raises Invalid when the points asked for would be gone already."""
    if expires_at is not None and expires_at <= now:
        raise Invalid("The last day of these points is over. Decline it, so that it is asked for anew.")
