"""A review's row as a view: who wrote it, who decided, and what it has added."""

from db.engine import Row
from db.enums import ReviewStatus
from loyalty.reviews.forecast import NEEDS
from loyalty.reviews.views import ReviewView
from loyalty.rules.naming import name_of
from loyalty.rules.reviews import Award

# The last decision is read from the audit trail; points only from entries made after the review.
ROWS = f"""SELECT {NEEDS}, r.uid, r.version, r.product_title, r.rating, r.title, r.body, r.submitted_at, r.decided_at,
      c.first_name, c.last_name, c.email, c.phone, c.erased_at, a.actor_name, a.reason,
      (SELECT CAST(coalesce(sum(e.points), 0) AS BIGINT) FROM ledger_entries e WHERE e.programme_id = r.programme_id
        AND e.customer_id = r.customer_id AND e.id >= r.id AND e.review_id = r.id) AS points
    FROM reviews r
    JOIN customers c ON c.programme_id = r.programme_id AND c.id = r.customer_id
    LEFT JOIN customer_tiers s ON s.programme_id = r.programme_id AND s.customer_id = r.customer_id
    LEFT JOIN tiers t ON t.programme_id = r.programme_id AND t.id = s.tier_id
    LEFT JOIN actions a ON a.programme_id = r.programme_id AND a.id = (
      SELECT max(d.id) FROM actions d WHERE d.programme_id = r.programme_id AND d.subject_kind = 'review'
        AND d.subject_id = r.id AND d.verb <> 'review.submitted')
    WHERE {{where}} ORDER BY r.id {{order}} LIMIT {{limit}}"""
"""`{{where}}` is on the review `r`; every joined table repeats its programme."""


def view(row: Row, worth: tuple[Award, ...]) -> ReviewView:
    """One review; `worth` is what approving it would add."""
    status = ReviewStatus(row["status"])
    decided = status is not ReviewStatus.PENDING
    return ReviewView(
        uid=row["uid"],
        version=row["version"],
        status=status,
        product=row["product_title"] or row["product_key"],
        rating=row["rating"],
        title=row["title"],
        body=row["body"],
        has_photo=row["has_photo"],
        has_video=row["has_video"],
        customer_uid=row["customer_uid"],
        customer_name=name_of(row),
        email=row["email"],
        submitted=row["submitted_at"],
        decided=row["decided_at"],
        decided_by=row["actor_name"] if decided else None,
        reason=(row["reason"] or "") if decided else "",
        points=row["points"],
        worth=worth,
    )
