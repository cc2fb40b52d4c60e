"""Adding and taking points by hand (PRODUCT C7)."""

from dataclasses import dataclass
from datetime import datetime

from db.engine import atomic, loads, retried, value
from db.enums import CustomerType, EntryKind
from loyalty import audit
from loyalty.audit import Action
from loyalty.errors import Invalid
from loyalty.ledger import allowances, lifetimes
from loyalty.ledger.accounts import Account
from loyalty.ledger.entries import Entry, Posting, repeat
from loyalty.ledger.locking import locked
from loyalty.ledger.posting import credit, debit, remaining
from loyalty.ledger.qualifying import evaluate_soon
from loyalty.rules import adjustments as rules
from loyalty.rules.actors import Actor
from loyalty.rules.adjustments import DEFAULT_COMMENT


@dataclass(frozen=True, slots=True)
class Adjusted:
    """The entry, the sentence for the toast, and the audited action; None for a repeat of the key."""

    entry: Entry
    sentence: str
    action: Action | None


@retried
async def adjust(
    programme_id: int,
    customer_id: int,
    points: int,
    *,
    by: Actor,
    reason: str,
    key: str,
    comment: str = DEFAULT_COMMENT,
    counts_for_tiers: bool = False,
    expires_at: datetime | None = None,
    kind: EntryKind = EntryKind.ADJUST,
) -> Adjusted:
    """Add or take `points` (signed, never 0), with a reason only staff see. PRODUCT C7.

    Repeating `key` changes nothing and returns the first outcome. `expires_at` overrides the programme's
    lifetime of a credit. Raises Invalid, NotAMember for somebody who has left (their
    balance is frozen), NotEnoughPoints (with the largest possible), NotAllowed above a limit of `by`,
    KeyReused, NotFound.
    """
    rules.checked(points)
    refuse_long(reason, comment, key)
    body = (points, reason, comment, counts_for_tiers, expires_at)
    async with atomic():
        account = await locked(programme_id, customer_id)
        before = await repeat(account, f"adjust:{key}", kind, body)
        if before is not None:
            return Adjusted(before, await told(account, before), None)
        if account.type is CustomerType.LEFT:
            account.require_member()
        await allowances.refuse(account.programme, points, by, account.now)
        available = (await remaining(account)).free - account.debt + points
        posting = posting_of(
            account,
            points,
            available,
            by=by,
            reason=reason,
            comment=comment,
            key=key,
            counts_for_tiers=counts_for_tiers,
            expires_at=expires_at,
            kind=kind,
        )
        entry = await (credit if points > 0 else debit)(account, posting)
        if counts_for_tiers:
            await evaluate_soon(account)
        sentence = sentence_of(account, available)
        action = await audit.record(
            programme_id,
            "points.adjusted",
            ("customer", customer_id),
            sentence,
            by=by,
            customer_id=customer_id,
            before={"balance": entry.balance_after - points},
            after={"balance": entry.balance_after},
            reason=reason,
            undo={"entries": [entry.id]},
        )
        return Adjusted(entry, sentence, action)


def posting_of(
    account: Account,
    points: int,
    available: int,
    *,
    by: Actor,
    reason: str,
    key: str,
    comment: str,
    kind: EntryKind,
    counts_for_tiers: bool = False,
    expires_at: datetime | None = None,
) -> Posting:
    """What an adjustment posts; `available` is what can be spent after it."""
    return Posting(
        kind=kind,
        points=points,
        key=f"adjust:{key}",
        by=by,
        qualifying=points if counts_for_tiers else 0,
        available_at=account.now if points > 0 else None,
        expires_at=(expires_at or lifetimes.expiry(account, account.now)) if points > 0 else None,
        reason=reason,
        comment=comment,
        breakdown={"available": available},
        body=(points, reason, comment, counts_for_tiers, expires_at),
    )


def refuse_long(reason: str, comment: str, key: str) -> None:
    """Raises Invalid for texts longer than what is stored of them."""
    for field, text, most in (("reason", reason, 500), ("comment", comment, 500), ("key", key, 190)):
        if len(text) > most:
            raise Invalid(f"The {field} can have {most} characters; this one has {len(text)}.", field=field)


async def told(account: Account, entry: Entry) -> str:
    """What was said when the entry was written; entries of before that was kept tell their balance."""
    stored = await value(
        "SELECT breakdown FROM ledger_entries WHERE programme_id = {} AND id = {}",
        account.programme.id,
        entry.id,
    )
    return sentence_of(account, loads(stored).get("available", entry.balance_after))


def sentence_of(account: Account, available: int) -> str:
    """What is said of an account after an adjustment."""
    return f"{account.customer_name} now has {account.programme.amount(available)}"
