"""The friend's first order completes the referral (PRODUCT G1)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from db.engine import loads, one, run, value
from db.enums import CustomerType, ReferralStatus
from loyalty.errors import Invalid
from loyalty.ledger.accounts import Account
from loyalty.ledger.locking import locked
from loyalty.once import nobody_has
from loyalty.referrals import coupons, stored
from loyalty.referrals.paying import Completed, complete
from loyalty.referrals.policies import policy
from loyalty.referrals.stored import Referral
from loyalty.rewards import codes
from loyalty.rules.codes import normalised_code
from loyalty.rules.referral_fraud import HOLD_SCORE
from loyalty.rules.referrals import OpenReferral, Purchase, why_not_completed

_ORDER = """SELECT o.id, o.name, o.discount_codes, o.total_minor - o.refunded_minor AS kept_minor, o.placed_at,
      o.earns, o.test, c.email_key
    FROM orders o JOIN customers c ON c.programme_id = o.programme_id AND c.id = o.customer_id
    WHERE o.programme_id = {} AND o.id = {} AND o.customer_id = {}"""


@dataclass(frozen=True, slots=True)
class _Order:
    """The facts of the order that decide."""

    id: int
    name: str
    email_key: str | None
    codes: tuple[str, ...]
    kept_minor: int
    earning: bool
    placed_at: datetime

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> "_Order":
        typed = tuple(str(code) for code in loads(row["discount_codes"]))
        earning = row["earns"] is not False and not row["test"]
        return cls(
            row["id"], row["name"], row["email_key"], typed, row["kept_minor"], earning, row["placed_at"]
        )


async def complete_for_order(account: Account, order_id: int, *, first_order: bool) -> Completed | None:
    """Complete the referral this order belongs to and pay the referrer, in the order's transaction.

    `account` is the friend's, locked. Matched by the same e-mail or by the friend's code among the order's
    discount codes; that code is used up with the order. An order placed before the claim counts for
    nothing. A referral that smells of fraud is blocked until somebody decides. None: nothing completed.
    """
    programme_id = account.programme.id
    if await nobody_has("referrals", programme_id):
        return None
    row = await one(_ORDER, programme_id, order_id, account.customer_id)
    if row is None:
        return None
    order = _Order.from_row(row)
    referral_id, referrer_id = await _candidate(programme_id, order)
    if referral_id is None or referrer_id is None:
        return None
    referrer = account if referrer_id == account.customer_id else await locked(programme_id, referrer_id)
    referral = await stored.lock(programme_id, referral_id)
    terms = await policy(programme_id)
    code = await _use_coupon(programme_id, referral, order, account.now)
    if referrer.type is not CustomerType.MEMBER or not _fits(
        referral, order, code, terms.min_order_minor, first_order, by_referrer=referrer is account
    ):
        return None
    if referral.score >= HOLD_SCORE:
        await _hold(programme_id, referral, account.customer_id, order, referrer.now)
        return None
    return await complete(
        referrer, referral, terms, friend_id=account.customer_id, order_id=order.id, order_name=order.name
    )


async def _candidate(programme_id: int, order: _Order) -> tuple[int | None, int | None]:
    """The pending referral of the address, else of one of the codes: its id and the referrer's."""
    row = await one(
        "SELECT id, referrer_id FROM referrals WHERE programme_id = {} AND friend_email_key = {}"
        " AND status IN ('pending', 'completed')",
        programme_id,
        order.email_key,
    )
    for uid in [] if row else await _invited_by(programme_id, order.codes):
        row = await one(
            "SELECT id, referrer_id FROM referrals WHERE programme_id = {} AND uid = {} AND status = 'pending'",
            programme_id,
            uid,
        )
        if row:
            break
    return (row["id"], row["referrer_id"]) if row else (None, None)


async def _invited_by(programme_id: int, typed: Sequence[str]) -> list[str]:
    """Uids of the referrals whose coupons are among these codes."""
    found = []
    for code in typed:
        try:
            plain = normalised_code(code)
        except Invalid:  # a code of the shop's own
            continue
        key = await value(
            "SELECT key FROM issued_rewards WHERE programme_id = {} AND code = {}", programme_id, plain
        )
        uid = coupons.referral_of(key) if key else None
        found += [uid] if uid else []
    return found


async def _use_coupon(programme_id: int, referral: Referral, order: _Order, now: datetime) -> str | None:
    """The friend's code; used up now when the order came with it."""
    if referral.coupon_id is None:
        return None
    code = await value(
        "SELECT code FROM issued_rewards WHERE programme_id = {} AND id = {}",
        programme_id,
        referral.coupon_id,
    )
    if code in {typed.upper().replace("-", "").replace(" ", "") for typed in order.codes}:
        await codes.use_with_order(programme_id, [code], order.name, now)
    return str(code)


def _fits(
    referral: Referral, order: _Order, code: str | None, least: int, first: bool, *, by_referrer: bool
) -> bool:
    if referral.lapses_at is None or referral.claimed_at is None or order.placed_at < referral.claimed_at:
        return False
    purchase = Purchase(
        email=order.email_key,
        codes=order.codes,
        kept_minor=order.kept_minor,
        first=first,
        earning=order.earning,
        by_referrer=by_referrer,
        placed_at=order.placed_at,
    )
    waiting = OpenReferral(
        status=referral.status,
        friend_email=referral.friend_email_key,
        code=code,
        lapses_at=referral.lapses_at,
    )
    return why_not_completed(waiting, purchase, min_order_minor=least) is None


async def _hold(programme_id: int, referral: Referral, friend_id: int, order: _Order, now: datetime) -> None:
    """Remember the order that would have paid; `deciding.let_through` pays it."""
    await run(
        "UPDATE referrals SET friend_id = {}, order_id = {} WHERE programme_id = {} AND id = {}",
        friend_id,
        order.id,
        programme_id,
        referral.id,
    )
    await stored.end(programme_id, referral.id, ReferralStatus.BLOCKED, now, "Held until somebody decides")
