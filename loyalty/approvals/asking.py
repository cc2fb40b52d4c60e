"""Asking a second person for an adjustment above one's own limit (PRODUCT C7)."""

from dataclasses import dataclass
from datetime import datetime

from db.engine import atomic, retried, run
from db.enums import ApprovalStatus
from db.ids import new_id, new_uid
from loyalty import audit
from loyalty.approvals import stored
from loyalty.errors import Invalid, KeyReused
from loyalty.ledger.accounts import Account
from loyalty.ledger.adjusting import refuse_long
from loyalty.ledger.allowances import allowance
from loyalty.ledger.locking import locked
from loyalty.ledger.posting import remaining
from loyalty.rules import adjustments, approvals
from loyalty.rules.actors import Actor
from loyalty.rules.lots import refuse_overdraft

_INSERT = """INSERT INTO approvals (programme_id, id, uid, customer_id, points, reason, comment, counts_for_tiers,
      expires_at, key, asked_by, asked_at, lapses_at, status)
    VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {})"""


@dataclass(frozen=True, slots=True)
class Asked:
    """The request's public id, and the sentence for the toast."""

    uid: str
    sentence: str


@retried
async def ask(
    programme_id: int,
    customer_id: int,
    points: int,
    *,
    by: Actor,
    reason: str,
    key: str,
    comment: str = adjustments.DEFAULT_COMMENT,
    counts_for_tiers: bool = False,
    expires_at: datetime | None = None,
) -> Asked:
    """Keep an adjustment of `points` (signed) until somebody whose limit covers it decides. PRODUCT C7.

    The balance doesn't change, and nothing is set aside. Repeating `key` asks once. Raises Invalid also for
    what `by` may do alone, NotAMember, NotEnoughPoints, KeyReused, NotFound.
    """
    adjustments.checked(points)
    refuse_long(reason, comment, key)
    async with atomic():
        account = await locked(programme_id, customer_id)
        sentence = f"A second person is asked: {_signed(account, points)} for {account.customer_name}"
        before = await stored.by_key(programme_id, customer_id, key)
        if before is not None:
            asked = (before.points, before.reason, before.comment, before.counts_for_tiers, before.expires_at)
            if asked != (points, reason, comment, counts_for_tiers, expires_at):
                raise KeyReused("This form was already used for something else. Reload and try again.")
            return Asked(before.uid, sentence)
        account.require_member()
        await _refuse(account, points, by)
        uid, id_ = new_uid(), new_id(account.now)
        await run(
            _INSERT,
            programme_id,
            id_,
            uid,
            customer_id,
            points,
            reason,
            comment,
            counts_for_tiers,
            expires_at,
            key,
            by.id,
            account.now,
            account.now + approvals.LASTS,
            ApprovalStatus.WAITING,
        )
        await audit.record(
            programme_id,
            "approval.asked",
            ("approval", id_),
            sentence,
            by=by,
            customer_id=customer_id,
            after={"points": points},
            reason=reason,
        )
        return Asked(uid, sentence)


async def _refuse(account: Account, points: int, by: Actor) -> None:
    available = (await remaining(account)).free - account.debt
    if points < 0:
        refuse_overdraft(-points, available)
    has = await allowance(account.programme, by, account.now)
    if not approvals.needs_second(points, available, limit=has.limit, left_today=has.left_today):
        raise Invalid("This is within your limit; adjust the balance yourself.", field="points")


def _signed(account: Account, points: int) -> str:
    return f"{'+' if points > 0 else '−'}{account.programme.amount(abs(points))}"
