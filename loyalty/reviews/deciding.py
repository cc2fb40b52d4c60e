"""Approving, rejecting and removing reviews (PRODUCT H1)."""

from dataclasses import dataclass

from db.engine import atomic, retried, value
from db.enums import ReviewStatus
from loyalty import audit, repeats
from loyalty.audit import Action
from loyalty.errors import Stale
from loyalty.ledger.accounts import Account
from loyalty.ledger.locking import locked
from loyalty.reviews import paying, stored
from loyalty.reviews.stored import Review
from loyalty.rules import reviews as rules
from loyalty.rules.actors import Actor
from loyalty.surveys import advancing
from loyalty.tiers.evaluating import evaluate

_SUM = "SELECT coalesce(sum(points), 0) FROM ledger_entries WHERE programme_id = {} AND id IN "


@dataclass(frozen=True, slots=True)
class Decided:
    """The review's status now, the points added (negative: taken back), what to say, and the action."""

    status: ReviewStatus
    points: int
    sentence: str
    action: Action


async def approve(
    programme_id: int, uid: str, *, by: Actor, key: str, reason: str = "", version: int | None = None
) -> Decided:
    """Publish a review and pay its points, once per customer and product. PRODUCT H1.

    Points for a photo and for a video are entries of their own. Repeating `key` returns the first outcome.
    `version` is the review's as it was seen. Raises Stale when somebody has decided since, AlreadyDone,
    Invalid, NotFound, KeyReused.
    """
    return await _decide(
        programme_id, uid, ReviewStatus.APPROVED, by=by, key=key, reason=reason, version=version
    )


async def reject(
    programme_id: int, uid: str, *, by: Actor, key: str, reason: str = "", version: int | None = None
) -> Decided:
    """Refuse a review. Points of an approved one are taken back while they are held. Raises as `approve`."""
    return await _decide(
        programme_id, uid, ReviewStatus.REJECTED, by=by, key=key, reason=reason, version=version
    )


async def remove(
    programme_id: int, uid: str, *, by: Actor, key: str, reason: str = "", version: int | None = None
) -> Decided:
    """Take a review off the list. Points are taken back while they are held. Raises as `approve`."""
    return await _decide(
        programme_id, uid, ReviewStatus.REMOVED, by=by, key=key, reason=reason, version=version
    )


@retried
async def _decide(
    programme_id: int,
    uid: str,
    target: ReviewStatus,
    *,
    by: Actor,
    key: str,
    reason: str,
    version: int | None,
) -> Decided:
    asked = repeats.mark(key, target, reason)
    async with atomic():
        found = await stored.find(programme_id, uid)
        account = await locked(programme_id, found.customer_id)
        review = await stored.lock(programme_id, found.id)
        done = await repeats.earlier(programme_id, f"review.{target}", ("review", review.id), asked)
        if done is not None:
            return Decided(review.status, done.after["points"], done.action.sentence, done.action)
        rules.refuse_move(review.status, target)
        if version not in (None, review.version):
            raise Stale(
                f"Somebody has decided on this review since you opened it: it is {review.status} now."
            )
        await stored.decide(programme_id, review.id, target, account.now)
        entries = await _settle(account, review, target, by=by, reason=reason)
        points = await _sum(programme_id, entries)
        sentence = _sentence(account, review, target, points)
        action = await audit.record(
            programme_id,
            f"review.{target}",
            ("review", review.id),
            sentence,
            by=by,
            customer_id=account.customer_id,
            before={"status": review.status},
            after={"status": target, "points": points, **asked.stored},
            reason=reason,
            undo={
                "noun": "reviews",
                "verb": "review.decided",
                "review": review.id,
                "was": review.status,
                "now": target,
                "posted": entries,
            },
        )
        return Decided(target, points, sentence, action)


async def _settle(
    account: Account, review: Review, target: ReviewStatus, *, by: Actor, reason: str
) -> list[int]:
    """Pay or take back what the decision means; the entries written, oldest first."""
    entries: list[int] = []
    if target is ReviewStatus.APPROVED:
        entries = await paying.pay(account, review, by=by)
    elif review.status is ReviewStatus.APPROVED:
        entries = await paying.take_back(account, review, by=by, reason=reason)
    if entries:
        await evaluate(account, reason=f"Review {target}")
    if target is ReviewStatus.APPROVED:
        await advancing.advance(account)
    return entries


async def _sum(programme_id: int, entries: list[int]) -> int:
    if not entries:
        return 0
    marks = ", ".join(["{}"] * len(entries))
    return int(await value(f"{_SUM}({marks})", programme_id, *entries))


def _sentence(account: Account, review: Review, target: ReviewStatus, points: int) -> str:
    said = f"{account.customer_name}'s review of {review.product} has been {target}"
    if not points:
        return said
    amount = account.programme.amount(abs(points))
    return f"{said} and {amount} {'added' if points > 0 else 'taken back'}"
