"""The three moves every verb is made of: credit, debit, give back.

Each writes one entry and keeps, in the same transaction, Σ entries = Σ lot remainders − debt (C6).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple

from db.engine import one, rows, run
from db.ids import new_id
from loyalty.errors import NotEnoughPoints
from loyalty.ledger import expiring
from loyalty.ledger.accounts import Account
from loyalty.ledger.entries import Entry, Posting, write
from loyalty.ledger.settling import allocate, owe, pay_debts, take
from loyalty.rules.lots import grace_expiry

_REMAINING = """SELECT
      CAST(coalesce(sum(CASE WHEN order_id = {} OR entry_id = {} THEN remaining ELSE 0 END), 0) AS BIGINT) AS own,
      CAST(coalesce(sum(CASE WHEN order_id = {} OR entry_id = {} OR available_at > {} THEN 0 ELSE remaining END), 0)
           AS BIGINT) AS free,
      CAST(coalesce(sum(remaining), 0) AS BIGINT) AS everything
    FROM lots WHERE programme_id = {} AND customer_id = {} AND remaining > 0"""

DRAW = """INSERT INTO allocations (programme_id, entry_id, lot_id, by_entry_id, points)
    SELECT programme_id, CAST({} AS BIGINT), id, CAST({} AS BIGINT),
           CASE WHEN remaining < CAST({} AS BIGINT) - prior THEN remaining ELSE CAST({} AS BIGINT) - prior END
    FROM (SELECT programme_id, id, remaining,
                 coalesce(sum(remaining) OVER (
                     ORDER BY CASE WHEN order_id = {} OR entry_id = {}
                                   THEN CASE WHEN available_at > {} THEN 0 ELSE 1 END
                                   WHEN available_at > {} THEN 3 ELSE 2 END,
                              CASE WHEN expires_at IS NULL THEN 1 ELSE 0 END, expires_at, id
                     ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS prior
          FROM lots
          WHERE programme_id = {} AND customer_id = {} AND remaining > 0
            AND (available_at <= {} OR order_id = {} OR entry_id = {})) open_lots
    WHERE prior < CAST({} AS BIGINT)"""

LOWER = """UPDATE lots SET remaining = remaining - drawn.points FROM allocations drawn
    WHERE drawn.programme_id = {} AND drawn.entry_id = {} AND drawn.by_entry_id = {}
      AND lots.programme_id = {} AND lots.id = drawn.lot_id"""

_FOREVER = datetime.fromisoformat("9999-01-01T00:00:00+00:00")


class Lot(NamedTuple):
    """A lot as it is opened, in the order of its columns."""

    programme_id: int
    id: int
    customer_id: int
    entry_id: int
    order_id: int | None
    points: int
    remaining: int
    available_at: datetime
    expires_at: datetime | None


@dataclass(frozen=True, slots=True)
class Own:
    """The lots a debit takes first, even while they are pending: those of an order, or of one entry."""

    order_id: int | None = None
    entry_id: int | None = None


@dataclass(frozen=True, slots=True)
class Remaining:
    """What is left in live lots, in points. `own` pending or not, `free` in other lots and spendable now."""

    own: int
    free: int
    everything: int


async def remaining(account: Account, own: Own | None = None) -> Remaining:
    """What a debit could draw from. Due lots were expired when the account was locked."""
    own = own or Own()
    row = await one(
        _REMAINING, own.order_id, own.entry_id, own.order_id, own.entry_id, account.now, *account.key
    )
    assert row is not None
    return Remaining(row["own"], row["free"], row["everything"])


async def credit(account: Account, posting: Posting) -> Entry:
    """Write a credit and open its lot; the new points pay open debts first."""
    entry = await write(account, posting)
    available_at = posting.available_at or entry.effective_at
    lot_id = await _open_lot(account, entry, posting, posting.points, available_at, posting.expires_at)
    if account.debt:
        await pay_debts(account, lot_id, posting.points, by_entry_id=entry.id)
    if posting.kind in expiring.ACTIVITY:
        await expiring.active(account, entry.effective_at)
    return entry


async def debit(account: Account, posting: Posting, *, own: Own | None = None) -> Entry:
    """Write a debit and draw its lots: `own` first, then the soonest to expire (PRODUCT C3).

    Raises NotEnoughPoints, with the largest possible amount, when spendable lots don't cover it.
    """
    left = await remaining(account, own)
    refuse_short(account, posting.points, left.own + left.free)
    entry = await write(account, posting)
    await _draw(account, entry, own or Own(), account.now)
    if posting.kind in expiring.ACTIVITY:
        await expiring.active(account, entry.effective_at)
    return entry


def refuse_short(account: Account, points: int, spendable: int) -> None:
    """Return when lots with `spendable` points cover a debit of `points`, which are negative.

    Raises NotEnoughPoints, with the largest possible amount.
    """
    most = max(0, spendable - account.debt)
    if -points > most:
        amount = account.programme.amount
        raise NotEnoughPoints(
            f"{account.customer_name} has {amount(most)} available; {-points - most:,} more would be needed.",
            available=most,
        )


async def claw_back(account: Account, posting: Posting, *, own: Own, debt: int) -> Entry:
    """Write a claw-back: the order's own lot, then spendable lots, then pending ones, then debt (C5).

    `debt` is the part that no lot covers; the caller worked it out (`loyalty.rules.clawback`).
    """
    entry = await write(account, posting)
    await _draw(account, entry, own, _FOREVER)
    if debt:
        await run(
            "INSERT INTO debts (programme_id, entry_id, customer_id, points, remaining) VALUES ({}, {}, {}, {}, {})",
            account.programme.id,
            entry.id,
            account.customer_id,
            debt,
            debt,
        )
        await owe(account, debt)
    return entry


async def give_back(account: Account, posting: Posting, taken: Mapping[int, int]) -> Entry:
    """Write a credit that returns points to the lots they came from, with their old expiry (PRODUCT C4).

    `taken` maps lot ids to points; what they don't explain of the posting was cancelled debt. Points of a
    lot that has died meanwhile open a grace lot of 30 days, which stands in for it: a refund of the order
    that earned them finds them there. A lot of a record that was merged into this account stays with it: its
    part opens a lot with the same dates here. Returned points pay open debts first.
    """
    entry = await write(account, posting)
    dead: dict[int | None, int] = {}
    returned: list[tuple[int, int]] = []
    for lot in await _lots(account, tuple(taken)):
        points = taken[lot["id"]]
        if lot["customer_id"] != account.customer_id and not account.is_lapsed(lot["lapses_at"]):
            again = replace(posting, order_id=lot["order_id"])
            opened = await _open_lot(
                account, entry, again, points, lot["available_at"], lot["lapses_at"] or lot["expires_at"]
            )
            returned.append((opened, points))
            continue
        if account.is_lapsed(lot["lapses_at"]):
            dead[lot["order_id"]] = dead.get(lot["order_id"], 0) + points
            continue
        await allocate(account, entry.id, lot["id"], -points, by_entry_id=entry.id)
        await take(account, lot["id"], -points)
        returned.append((lot["id"], points))
    for order_id, points in dead.items():
        grace = replace(posting, order_id=order_id)
        lot_id = await _open_lot(account, entry, grace, points, account.now, grace_expiry(account.now))
        returned.append((lot_id, points))
    for lot_id, points in returned:
        if account.debt:
            await pay_debts(account, lot_id, points, by_entry_id=entry.id)
    return entry


async def drawn_by(account: Account, entry_id: int) -> dict[int, int]:
    """What an entry took, net, from which lots: lot id → points."""
    found = await rows(
        "SELECT lot_id, CAST(sum(points) AS BIGINT) AS points FROM allocations"
        " WHERE programme_id = {} AND entry_id = {} GROUP BY lot_id HAVING sum(points) > 0",
        account.programme.id,
        entry_id,
    )
    return {row["lot_id"]: row["points"] for row in found}


async def _draw(account: Account, entry: Entry, own: Own, available_by: datetime) -> None:
    await run(DRAW, *drawing(account, entry, own, available_by))
    await run(LOWER, *lowering(account, entry))


def drawing(account: Account, entry: Entry, own: Own, available_by: datetime) -> tuple[Any, ...]:
    """The values of `DRAW` for a debit."""
    wanted = -entry.points
    return (
        entry.id,
        entry.id,
        wanted,
        wanted,
        own.order_id,
        own.entry_id,
        account.now,
        account.now,
        *account.key,
        available_by,
        own.order_id,
        own.entry_id,
        wanted,
    )


def lowering(account: Account, entry: Entry) -> tuple[int, ...]:
    """The values of `LOWER` for a debit whose lots were drawn."""
    return account.programme.id, entry.id, entry.id, account.programme.id


async def _lots(account: Account, ids: tuple[int, ...]) -> list[dict[str, Any]]:
    if not ids:
        return []
    return await rows(
        "SELECT id, customer_id, order_id, available_at, expires_at, lapses_at FROM lots"
        f" WHERE programme_id = {{}} AND id IN ({', '.join(['{}'] * len(ids))})"
        " ORDER BY CASE WHEN expires_at IS NULL THEN 1 ELSE 0 END, expires_at, id",
        account.programme.id,
        *ids,
    )


async def _open_lot(
    account: Account,
    entry: Entry,
    posting: Posting,
    points: int,
    available_at: datetime,
    expires_at: datetime | None,
) -> int:
    lot = new_lot(
        account, entry, replace(posting, points=points, available_at=available_at, expires_at=expires_at)
    )
    await run(
        f"INSERT INTO lots ({', '.join(Lot._fields)}) VALUES ({', '.join(['{}'] * len(Lot._fields))})", *lot
    )
    return lot.id


def new_lot(account: Account, entry: Entry, posting: Posting) -> Lot:
    """The lot that a credit opens."""
    return Lot(
        programme_id=account.programme.id,
        id=new_id(entry.effective_at),
        customer_id=account.customer_id,
        entry_id=entry.id,
        order_id=posting.order_id,
        points=posting.points,
        remaining=posting.points,
        available_at=posting.available_at or entry.effective_at,
        expires_at=posting.expires_at,
    )
