"""A review comes in by API or import (PRODUCT H1)."""

from dataclasses import dataclass
from datetime import datetime

from db.engine import atomic, retried, run
from db.enums import ReviewStatus
from db.ids import new_id, new_uid
from loyalty import audit
from loyalty.audit import Action
from loyalty.errors import Invalid, KeyReused
from loyalty.ledger.locking import locked
from loyalty.reviews.stored import Review, by_external_id, find
from loyalty.rules.actors import Actor
from loyalty.rules.reviews import checked_rating

_INSERT = """INSERT INTO reviews (programme_id, id, uid, store_id, external_id, customer_id, product_key, product_title,
      rating, title, body, has_photo, has_video, status, submitted_at)
    VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}) ON CONFLICT DO NOTHING RETURNING id"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewDraft:
    """`external_id` is the review's name on its platform and makes a repeat harmless.

    `submitted_at` None is now.
    """

    external_id: str
    product_key: str
    rating: int
    product_title: str = ""
    title: str = ""
    body: str = ""
    has_photo: bool = False
    has_video: bool = False
    store_id: int | None = None
    submitted_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Submitted:
    """The stored review, and the audited action; None for a repeat of the external id."""

    review: Review
    action: Action | None


@retried
async def submit(programme_id: int, customer_id: int, draft: ReviewDraft, *, by: Actor) -> Submitted:
    """Store a review as pending; nothing is paid before somebody approves it. PRODUCT H1.

    The same external id again changes nothing. Raises Invalid naming the field, KeyReused when the
    external id is another customer's or another product's, NotFound.
    """
    _check(draft)
    async with atomic():
        account = await locked(programme_id, customer_id)
        at, uid = draft.submitted_at or account.now, new_uid()
        written = await run(
            _INSERT,
            programme_id,
            new_id(at),
            uid,
            draft.store_id,
            draft.external_id,
            customer_id,
            draft.product_key,
            draft.product_title,
            draft.rating,
            draft.title,
            draft.body,
            draft.has_photo,
            draft.has_video,
            ReviewStatus.PENDING,
            at,
        )
        if not written:
            return Submitted(await _repeated(programme_id, customer_id, draft), None)
        review = await find(programme_id, uid)
        action = await audit.record(
            programme_id,
            "review.submitted",
            ("review", review.id),
            f"{account.customer_name} reviewed {review.product}",
            by=by,
            customer_id=customer_id,
            after={"status": ReviewStatus.PENDING, "rating": draft.rating},
        )
        return Submitted(review, action)


async def _repeated(programme_id: int, customer_id: int, draft: ReviewDraft) -> Review:
    before = await by_external_id(programme_id, draft.external_id)
    if before is None or (before.customer_id, before.product_key) != (customer_id, draft.product_key):
        raise KeyReused(f"The review {draft.external_id} is known already, of another customer or product.")
    return before


def _check(draft: ReviewDraft) -> None:
    checked_rating(draft.rating)
    for field, text, least, most in (
        ("external_id", draft.external_id, 1, 200),
        ("product_key", draft.product_key, 1, 200),
        ("product_title", draft.product_title, 0, 240),
        ("title", draft.title, 0, 240),
        ("body", draft.body, 0, 10_000),
    ):
        if not least <= len(text) <= most:
            raise Invalid(f"{field} has {least} to {most:,} characters.", field=field)
