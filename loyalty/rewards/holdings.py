"""The copies one customer holds or held: outstanding, used, void, expired (PRODUCT E2)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from db.engine import one, rows, snapshot
from db.enums import IssuedStatus
from loyalty import clock
from loyalty.errors import AlreadyDone, Invalid, NotFound
from loyalty.rewards.issued import COLUMNS, IssuedReward
from loyalty.rules import codes
from loyalty.rules.naming import called

MOST = 300

# Points came back when the entry that paid was reversed, or when goodwill for the copy still stands.
_HELD = f"""SELECT {COLUMNS}, i.issued_at, i.void_reason, r.name AS reward_name, c.uid AS customer_uid,
      c.first_name, c.last_name, c.email,
      EXISTS (SELECT 1 FROM ledger_entries b WHERE b.programme_id = {{0}} AND b.reverses_id = i.entry_id)
      OR EXISTS (SELECT 1 FROM ledger_entries g WHERE g.programme_id = {{0}} AND g.customer_id = i.customer_id
        AND g.issued_reward_id = i.id AND g.kind = 'adjust' AND NOT EXISTS (
          SELECT 1 FROM ledger_entries u WHERE u.programme_id = {{0}} AND u.reverses_id = g.id)) AS returned
    FROM issued_rewards i
    JOIN rewards r ON r.programme_id = {{0}} AND r.id = i.reward_id
    JOIN customers c ON c.programme_id = {{0}} AND c.id = i.customer_id
    WHERE i.programme_id = {{0}} AND """
_OF = _HELD + f"i.customer_id = {{1}} ORDER BY i.issued_at DESC, i.id DESC LIMIT {MOST}"
_ONE = _HELD + "i.uid = {1}"


@dataclass(frozen=True, slots=True)
class Holding:
    """One copy as it is by date. `code` is as printed; `returned`: the points it cost came back."""

    copy: IssuedReward
    customer_uid: str
    customer_name: str
    code: str
    status: IssuedStatus
    issued: datetime
    why_void: str
    returned: bool

    @property
    def points(self) -> int:
        """What it cost and could still be given back."""
        return 0 if self.returned else self.copy.life.points_paid


@dataclass(frozen=True, slots=True)
class Holdings:
    """The tab: four lists, each the newest first. A copy held by a till is outstanding."""

    outstanding: tuple[Holding, ...]
    used: tuple[Holding, ...]
    void: tuple[Holding, ...]
    expired: tuple[Holding, ...]


async def holdings(programme_id: int, customer_uid: str) -> Holdings:
    """The latest 300 copies of a customer, in two queries. Raises NotFound."""
    now = clock.now()
    async with snapshot():
        who = await one(
            "SELECT id FROM customers WHERE programme_id = {} AND uid = {}", programme_id, customer_uid
        )
        if who is None:
            raise NotFound("There is no such customer in this programme.")
        found = [_holding(row, now) for row in await rows(_OF, programme_id, who["id"])]

    def having(*statuses: IssuedStatus) -> tuple[Holding, ...]:
        return tuple(each for each in found if each.status in statuses)

    return Holdings(
        outstanding=having(codes.OUTSTANDING, codes.RESERVED),
        used=having(codes.USED),
        void=having(codes.VOID),
        expired=having(codes.EXPIRED),
    )


async def removable(programme_id: int, uid: str) -> Holding:
    """A copy that can be taken back. Raises NotFound, NotAllowed for a used one, AlreadyDone for a void one."""
    held = await holding(programme_id, uid)
    codes.remove(held.copy.life, clock.now(), return_points=True)
    return held


async def returnable(programme_id: int, uid: str) -> Holding:
    """A copy whose price can be given back as goodwill. Raises NotFound, Invalid for a free one, AlreadyDone."""
    held = await holding(programme_id, uid)
    if not held.copy.life.points_paid:
        raise Invalid("No points were paid for this reward.")
    if held.returned or held.status is codes.VOID:
        raise AlreadyDone("The points have already been returned.")
    return held


async def holding(programme_id: int, uid: str) -> Holding:
    """One copy, whatever its state. Raises NotFound."""
    row = await one(_ONE, programme_id, uid)
    if row is None:
        raise NotFound("There is no such reward in this programme.")
    return _holding(row, clock.now())


def _holding(row: Mapping[str, Any], now: datetime) -> Holding:
    copy = IssuedReward.from_row(row)
    return Holding(
        copy=copy,
        customer_uid=row["customer_uid"],
        customer_name=called(row),
        code=codes.format_code(copy.code),
        status=codes.status_at(copy.life, now),
        issued=row["issued_at"],
        why_void=row["void_reason"],
        returned=bool(row["returned"]),
    )
