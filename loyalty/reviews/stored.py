"""A review as it is stored."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from db.engine import one, run
from db.enums import ReviewStatus
from loyalty.errors import NotFound

_COLUMNS = (
    "id, uid, external_id, customer_id, product_key, product_title, rating, has_photo, has_video, status,"
    " submitted_at, version"
)


@dataclass(frozen=True, slots=True)
class Review:
    """`product_key` names the product in the shop; points are given once per customer and product."""

    id: int
    uid: str
    external_id: str
    customer_id: int
    product_key: str
    product_title: str
    rating: int
    has_photo: bool
    has_video: bool
    status: ReviewStatus
    submitted_at: datetime
    version: int

    @property
    def product(self) -> str:
        """The product as history names it."""
        return self.product_title or self.product_key

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> "Review":
        return cls(**{**row, "status": ReviewStatus(row["status"])})


async def find(programme_id: int, uid: str) -> Review:
    """The review with this public id, not locked. Raises NotFound."""
    return _found(
        await one(
            f"SELECT {_COLUMNS} FROM reviews WHERE programme_id = {{}} AND uid = {{}}", programme_id, uid
        )
    )


async def by_external_id(programme_id: int, external_id: str) -> Review | None:
    """The review a platform calls so, or None."""
    row = await one(
        f"SELECT {_COLUMNS} FROM reviews WHERE programme_id = {{}} AND external_id = {{}}",
        programme_id,
        external_id,
    )
    return Review.from_row(row) if row else None


async def lock(programme_id: int, review_id: int) -> Review:
    """The review, locked until the transaction ends; its customer's account is locked before it."""
    found = await run(
        f"UPDATE reviews SET version = version WHERE programme_id = {{}} AND id = {{}} RETURNING {_COLUMNS}",
        programme_id,
        review_id,
    )
    return _found(found[0] if found else None)


async def decide(programme_id: int, review_id: int, status: ReviewStatus, at: datetime | None) -> None:
    """Write a locked review's status; `at` None only for pending."""
    await run(
        "UPDATE reviews SET status = {}, decided_at = {}, version = version + 1 WHERE programme_id = {} AND id = {}",
        status,
        at,
        programme_id,
        review_id,
    )


def _found(row: Mapping[str, Any] | None) -> Review:
    if row is None:
        raise NotFound("There is no such review in this programme.")
    return Review.from_row(row)
