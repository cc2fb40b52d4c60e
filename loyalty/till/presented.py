"""A code in front of the counter: what it is for, whose it is, whether it can be used (PRODUCT E3, E5)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from db.engine import one
from db.enums import IssuedStatus, RewardKind
from loyalty import clock
from loyalty.errors import NotFound
from loyalty.rewards.issued import COLUMNS, IssuedReward
from loyalty.rules import codes
from loyalty.rules.codes import format_code, normalised_code
from loyalty.rules.naming import name_of

_COPY = f"""SELECT {COLUMNS}, r.name AS reward_name, r.kind, r.value_minor, r.percent, r.product, r.description,
      c.uid AS customer_uid, c.first_name, c.last_name, c.email, c.phone, c.erased_at
    FROM issued_rewards i
    JOIN rewards r ON r.programme_id = {{0}} AND r.id = i.reward_id
    LEFT JOIN customers c ON c.programme_id = {{0}} AND c.id = i.customer_id
    WHERE i.programme_id = {{0}} AND """


@dataclass(frozen=True, slots=True)
class Presented:
    """A code as the till shows it. `value_minor` and `percent` say what to take off, where the kind has them.

    `customer_uid` None: a friend who isn't a customer yet. `mine`: this till holds it.
    """

    uid: str
    code: str
    reward: str
    description: str
    kind: RewardKind
    value_minor: int | None
    percent: int | None
    product: str
    status: IssuedStatus
    mine: bool
    held_until: datetime | None
    expires: datetime | None
    used_at: datetime | None
    used_order: str
    customer_uid: str | None
    customer: str

    @property
    def usable(self) -> bool:
        """Whether this till can use it now."""
        return self.status is IssuedStatus.OUTSTANDING or (self.status is IssuedStatus.RESERVED and self.mine)


async def presented(programme_id: int, uid: str, *, till: str) -> Presented:
    """The code with this public id, as `till` sees it. Raises NotFound."""
    row = await one(_COPY + "i.uid = {1}", programme_id, uid)
    if row is None:
        raise NotFound("There is no such reward in this programme.")
    return _presented(row, till)


async def presented_code(programme_id: int, code: str, *, till: str = "") -> Presented:
    """The same by the code itself. Raises NotFound, Invalid for what can't be a code."""
    row = await one(_COPY + "i.code = {1}", programme_id, normalised_code(code))
    if row is None:
        raise NotFound("There is no such reward code.")
    return _presented(row, till)


def _presented(row: Mapping[str, Any], till: str) -> Presented:
    copy = IssuedReward.from_row(row)
    return Presented(
        uid=copy.uid,
        code=format_code(copy.code),
        reward=copy.reward_name,
        description=row["description"],
        kind=RewardKind(row["kind"]),
        value_minor=row["value_minor"],
        percent=row["percent"],
        product=row["product"],
        status=codes.status_at(copy.life, clock.now()),
        mine=copy.life.reserved_by == till,
        held_until=copy.life.reserved_until,
        expires=copy.life.expires_at,
        used_at=copy.life.used_at,
        used_order=copy.life.used_order,
        customer_uid=row["customer_uid"],
        customer=name_of(row) if row["customer_uid"] else "An invited friend",
    )
