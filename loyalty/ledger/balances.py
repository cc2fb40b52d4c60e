"""What a customer has, now or at any past moment, worked out from entries, lots and allocations (PRODUCT O3).

A past moment sees every entry that was effective by then, also one recorded later, and a draw from the
moment on at which its entry, the entry it is for and the lot it is from all count. Expiries that are due but
not yet posted are deducted as if they were, so that a late job never shows (PRODUCT C2).
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime

from db.engine import moment, one, snapshot, stream
from loyalty import clock
from loyalty.errors import NotFound

# {0} programme, {1} moment, {2} customer or NULL for all.
_LOTS = """SELECT l.programme_id, l.customer_id, l.available_at, coalesce(l.lapses_at, l.expires_at) AS ends_at,
        CASE WHEN l.lapses_at <= {1} AND NOT (p.pause_expiry_while_left AND c.type = 'left') THEN 1 ELSE 0 END AS dead,
        l.points - coalesce((SELECT sum(a.points) FROM allocations a
            JOIN ledger_entries b ON b.programme_id = {0} AND b.id = a.by_entry_id AND b.effective_at <= {1}
            JOIN ledger_entries e ON e.programme_id = {0} AND e.id = a.entry_id AND e.effective_at <= {1}
            WHERE a.programme_id = {0} AND a.lot_id = l.id), 0) AS remaining
    FROM lots l
    JOIN ledger_entries o ON o.programme_id = {0} AND o.id = l.entry_id AND o.effective_at <= {1}
    JOIN customers c ON c.programme_id = {0} AND c.id = l.customer_id
    JOIN programmes p ON p.programme_id = {0}
    WHERE l.programme_id = {0} AND (CAST({2} AS BIGINT) IS NULL OR l.customer_id = {2})"""

_LEFT = f"""SELECT customer_id, CAST(sum(remaining) AS BIGINT) AS everything,
        CAST(sum(dead * remaining) AS BIGINT) AS dead,
        CAST(sum(CASE WHEN dead = 0 AND available_at > {{1}} THEN remaining ELSE 0 END) AS BIGINT) AS pending
    FROM ({_LOTS}) lots_then GROUP BY customer_id"""

_SUMS = """SELECT customer_id, CAST(sum(points) AS BIGINT) AS balance,
        CAST(sum(CASE WHEN kind IN ('earn_order', 'earn_action', 'bonus', 'referral', 'tier_reward', 'campaign')
            THEN points ELSE 0 END) AS BIGINT) AS earned,
        CAST(-sum(CASE WHEN kind IN ('redeem', 'redeem_reversal') THEN points ELSE 0 END) AS BIGINT) AS redeemed,
        CAST(-sum(CASE WHEN kind = 'expire' THEN points ELSE 0 END) AS BIGINT) AS expired,
        CAST(-sum(CASE WHEN kind IN ('refund_clawback', 'clawback_reversal') THEN points ELSE 0 END) AS BIGINT)
            AS clawed_back,
        CAST(sum(CASE WHEN kind IN ('adjust', 'import', 'merge', 'undo') THEN points ELSE 0 END) AS BIGINT) AS adjusted
    FROM ledger_entries WHERE programme_id = {0} AND effective_at <= {1}
        AND (CAST({2} AS BIGINT) IS NULL OR customer_id = {2}) GROUP BY customer_id"""

_BALANCES = f"""SELECT c.email, coalesce(l.everything, 0) - coalesce(s.balance, 0) AS debt,
        coalesce(l.everything, 0) AS everything, coalesce(l.dead, 0) AS dead, coalesce(l.pending, 0) AS pending,
        coalesce(s.earned, 0) AS earned, coalesce(s.redeemed, 0) AS redeemed, coalesce(s.expired, 0) AS expired,
        coalesce(s.clawed_back, 0) AS clawed_back, coalesce(s.adjusted, 0) AS adjusted
    FROM customers c
    LEFT JOIN ({_LEFT}) l ON l.customer_id = c.id
    LEFT JOIN ({_SUMS}) s ON s.customer_id = c.id
    WHERE c.programme_id = {{0}} AND (CAST({{2}} AS BIGINT) IS NULL OR c.id = {{2}})"""

_NEXT = f"""SELECT ends_at, CAST(sum(remaining) AS BIGINT) AS points FROM ({_LOTS}) lots_then
    WHERE dead = 0 AND remaining > 0 AND ends_at > {{1}} GROUP BY ends_at ORDER BY ends_at LIMIT 1"""


@dataclass(frozen=True, slots=True)
class Expiring:
    """The points that expire next, and when."""

    points: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Balance:
    """All in points. `available` is spendable points less debt, so it is negative for whoever owes.

    available + pending = earned − redeemed − expired − clawed_back + adjusted, at every moment.
    """

    available: int
    pending: int
    debt: int
    next_expiry: Expiring | None
    earned: int
    redeemed: int
    expired: int
    clawed_back: int
    adjusted: int


@dataclass(frozen=True, slots=True)
class BalanceRow:
    """One line of the balances export; `email` is None for somebody without one."""

    email: str | None
    available: int
    pending: int
    earned: int
    redeemed: int
    expired: int
    clawed_back: int
    debt: int


async def balance(programme_id: int, customer_id: int, at: datetime | None = None) -> Balance:
    """What a customer has now, or had at a past moment. PRODUCT C2, O3. Raises NotFound."""
    then = at or clock.now()
    async with snapshot():
        row = await one(_BALANCES, programme_id, then, customer_id)
        if row is None:
            raise NotFound("There is no such customer in this programme.")
        soon = await one(_NEXT, programme_id, then, customer_id)
    ends_at = moment(soon["ends_at"]) if soon else None
    return Balance(
        available=row["everything"] - row["dead"] - row["pending"] - row["debt"],
        pending=row["pending"],
        debt=row["debt"],
        next_expiry=Expiring(soon["points"], ends_at) if soon and ends_at else None,
        earned=row["earned"],
        redeemed=row["redeemed"],
        expired=row["expired"] + row["dead"],
        clawed_back=row["clawed_back"],
        adjusted=row["adjusted"],
    )


async def export_balances(programme_id: int, as_of: datetime | None = None) -> AsyncIterator[BalanceRow]:
    """Every customer of the programme, by e-mail address, those without one last.

    Guests, left and erased customers are included: the column sums are the programme's whole liability.
    """
    sql = _BALANCES + " ORDER BY CASE WHEN c.email_key IS NULL THEN 1 ELSE 0 END, c.email_key, c.id"
    async for row in stream(sql, programme_id, as_of or clock.now(), None):
        yield BalanceRow(
            email=row["email"],
            available=row["everything"] - row["dead"] - row["pending"] - row["debt"],
            pending=row["pending"],
            earned=row["earned"],
            redeemed=row["redeemed"],
            expired=row["expired"] + row["dead"],
            clawed_back=row["clawed_back"],
            debt=row["debt"],
        )
