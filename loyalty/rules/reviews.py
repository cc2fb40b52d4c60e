"""Moderating reviews and what an approved one earns. PRODUCT H1."""

from dataclasses import dataclass
from datetime import datetime

from db.enums import ReviewStatus
from loyalty.errors import AlreadyDone, Invalid

PENDING, APPROVED = ReviewStatus.PENDING, ReviewStatus.APPROVED
REJECTED, REMOVED = ReviewStatus.REJECTED, ReviewStatus.REMOVED

LEGAL_MOVES = frozenset(
    {
        (PENDING, APPROVED),
        (PENDING, REJECTED),
        (PENDING, REMOVED),
        (APPROVED, REJECTED),
        (APPROVED, REMOVED),
        (REJECTED, APPROVED),
        (REJECTED, REMOVED),
        (REMOVED, APPROVED),
    }
)


@dataclass(frozen=True, slots=True)
class ReviewTerms:
    """Points for the review itself and extra for a photo and a video, each its own entry; 0 is none."""

    points: int = 0
    photo_points: int = 0
    video_points: int = 0


@dataclass(frozen=True, slots=True)
class Award:
    """One entry to post: `part` is review, photo or video and goes into the entry's key."""

    part: str
    points: int


def refuse_move(current: ReviewStatus, target: ReviewStatus) -> None:
    """Return when the decision is possible. Raises AlreadyDone for the same status, Invalid otherwise."""
    if current is target:
        raise AlreadyDone(f"This review is already {target}.")
    if (current, target) not in LEGAL_MOVES:
        raise Invalid(f"A review that is {current} can't become {target}.", field="status")


def awards(
    terms: ReviewTerms, *, has_photo: bool, has_video: bool, paid_parts: frozenset[str] = frozenset()
) -> tuple[Award, ...]:
    """What approving pays now. `paid_parts` were paid before for the same customer and product: once only."""
    wanted = (
        ("review", terms.points, True),
        ("photo", terms.photo_points, has_photo),
        ("video", terms.video_points, has_video),
    )
    return tuple(
        Award(part, points) for part, points, on in wanted if on and points and part not in paid_parts
    )


def takes_points_back(available_at: datetime, now: datetime) -> bool:
    """Un-approving reverses the points only while they are still in their hold period."""
    return now < available_at


def checked_rating(rating: int) -> int:
    """A rating of 1 to 5 stars. Raises Invalid."""
    if not 1 <= rating <= 5:
        raise Invalid("A rating is 1 to 5 stars.", field="rating")
    return rating
