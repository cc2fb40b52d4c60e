"""What becomes of a request: approved, declined, withdrawn (PRODUCT C7)."""

from dataclasses import dataclass, replace

from db.engine import atomic, retried, value
from db.enums import ApprovalStatus
from loyalty import audit
from loyalty.approvals import stored
from loyalty.approvals.stored import Request
from loyalty.errors import Invalid, NotAllowed
from loyalty.ledger.accounts import Account
from loyalty.ledger.adjusting import adjust
from loyalty.ledger.locking import locked
from loyalty.rules import approvals
from loyalty.rules.actors import Actor

_ASKER = "SELECT name FROM staff WHERE programme_id = {} AND id = {}"


@dataclass(frozen=True, slots=True)
class Decided:
    """The sentence for the toast, and the uid of the action that Undo takes back, if there is one."""

    sentence: str
    undo: str | None = None


@retried
async def approve(programme_id: int, uid: str, *, by: Actor) -> Decided:
    """Make the adjustment that was asked for, once. PRODUCT C7.

    It is `by`'s adjustment: their limits, of this act and of the day, must cover it. A second press of the
    same person changes nothing. Raises NotAllowed for one's own request or above the limit, AlreadyDone,
    NotEnoughPoints, NotAMember, Invalid, NotFound.
    """
    async with atomic():
        account, request = await _held(programme_id, uid)
        if request.status is ApprovalStatus.APPROVED and request.decided_by == by.id:
            return Decided(f"{account.customer_name}'s balance has been adjusted")
        approvals.refuse_decision(request.status, request.asked_by, by.id)
        approvals.refuse_past(request.expires_at, account.now)
        done = await adjust(
            programme_id,
            request.customer_id,
            request.points,
            by=by,
            reason=request.reason,
            key=request.key,
            comment=request.comment,
            counts_for_tiers=request.counts_for_tiers,
            expires_at=request.expires_at,
        )
        await stored.close(
            programme_id, request, ApprovalStatus.APPROVED, account.now, by=by.id, entry_id=done.entry.id
        )
        await _record(account, request, "approved", by=by)
        return Decided(done.sentence, done.action.uid if done.action else None)


@retried
async def decline(programme_id: int, uid: str, *, by: Actor, reason: str) -> Decided:
    """Refuse a request, with a `reason` the person who asked reads.

    A second press changes nothing. Raises Invalid without a reason, NotAllowed for one's own, AlreadyDone.
    """
    if not reason.strip():
        raise Invalid("Say why, for the person who asked.", field="reason")
    async with atomic():
        account, request = await _held(programme_id, uid)
        if request.status is not ApprovalStatus.DECLINED or request.decided_by != by.id:
            approvals.refuse_decision(request.status, request.asked_by, by.id)
            await stored.close(
                programme_id,
                request,
                ApprovalStatus.DECLINED,
                account.now,
                by=by.id,
                reason=reason.strip()[:500],
            )
            await _record(account, request, "declined", by=by, reason=reason.strip()[:500])
        return Decided(f"The request for {account.customer_name} has been declined")


@retried
async def withdraw(programme_id: int, uid: str, *, by: Actor) -> Decided:
    """Take back what one asked for oneself. Raises NotAllowed for somebody else's, AlreadyDone."""
    async with atomic():
        account, request = await _held(programme_id, uid)
        if request.asked_by != by.id:
            raise NotAllowed("Only the person who asked can withdraw this. You can decline it.")
        if request.status is not ApprovalStatus.WITHDRAWN:
            approvals.refuse_ended(request.status)
            await stored.close(programme_id, request, ApprovalStatus.WITHDRAWN, account.now, by=by.id)
            await _record(account, request, "withdrawn", by=by)
        return Decided(f"Your request for {account.customer_name} has been withdrawn")


async def _held(programme_id: int, uid: str) -> tuple[Account, Request]:
    """The account first, the request after: in the order everybody waits in. Its status is the one by date."""
    found = await stored.find(programme_id, uid)
    account = await locked(programme_id, found.customer_id)
    request = await stored.lock(programme_id, found.id)
    return account, replace(
        request, status=approvals.status_at(request.status, request.lapses_at, account.now)
    )


async def _record(account: Account, request: Request, what: str, *, by: Actor, reason: str = "") -> None:
    asker = await value(_ASKER, account.programme.id, request.asked_by)
    whose = "their own request" if what == "withdrawn" else f"{asker}'s request"
    await audit.record(
        account.programme.id,
        f"approval.{what}",
        ("approval", request.id),
        f"{by.name} has {what} {whose} to adjust {account.customer_name}'s balance",
        by=by,
        customer_id=account.customer_id,
        before={"status": ApprovalStatus.WAITING},
        after={"status": what, "points": request.points},
        reason=reason,
    )
