"""A customer's account as a verb holds it: locked, settled, with the moment the verb happens at."""

from dataclasses import dataclass
from datetime import datetime

from db.engine import run
from db.enums import CustomerType
from loyalty.errors import NotAMember
from loyalty.programmes import Programme


@dataclass(slots=True)
class Account:
    """A locked and settled account, valid until the transaction ends.

    `now` was read once, after the lock: whatever was due at that moment has been posted (C2).
    `debt` follows the postings of this transaction; everything else stays as it was read.
    """

    programme: Programme
    customer_id: int
    customer_uid: str
    customer_name: str
    type: CustomerType
    debt: int
    joined_at: datetime | None
    now: datetime

    @property
    def key(self) -> tuple[int, int]:
        """The two values every statement about this account begins with."""
        return self.programme.id, self.customer_id

    @property
    def is_paused(self) -> bool:
        """Whether no points of this account expire: left, where the programme pauses expiry (PRODUCT A3)."""
        return self.type is CustomerType.LEFT and self.programme.pause_expiry_while_left

    def is_lapsed(self, lapses_at: datetime | None) -> bool:
        """Whether a lot with this lapse is dead at this moment."""
        return lapses_at is not None and lapses_at <= self.now and not self.is_paused

    def require_member(self) -> None:
        """Raises NotAMember for a guest or a left customer."""
        if self.type is CustomerType.GUEST:
            raise NotAMember(f"{self.customer_name} is a guest and can't do this before joining.")
        if self.type is CustomerType.LEFT:
            raise NotAMember(f"{self.customer_name} has left the programme.")


async def opened(programme_id: int, customer_id: int) -> None:
    """Open an empty account for a new customer, in the caller's transaction."""
    await run("INSERT INTO accounts (programme_id, customer_id) VALUES ({}, {})", programme_id, customer_id)
