"""What time does to an account, posted before any write (PRODUCT C2), and who pays a debt.

Lapsed lots expire each with its own effective time, so that a late or dead job never changes a
balance. Whoever owes has no points: a debt is paid by the next points that come in, pending or not.
"""

from collections.abc import Sequence
from typing import Any

from db.engine import Row, insert_many, one_of, rows, run, run_many
from db.enums import EntryKind
from loyalty.ledger.accounts import Account
from loyalty.ledger.entries import Posting, write_each

_DUE = """SELECT id, customer_id, order_id, remaining, expires_at, lapses_at FROM lots
    WHERE programme_id = {{}} AND {whose} AND remaining > 0 AND lapses_at <= {{}} ORDER BY lapses_at, id"""
_EMPTY = "UPDATE lots SET remaining = 0 WHERE programme_id = {} AND id = {}"

_ALLOCATE = "INSERT INTO allocations (programme_id, entry_id, lot_id, by_entry_id, points) VALUES"


async def settle(account: Account) -> None:
    """Post the expiries that are due, in the order in which they happened.

    A left customer's clock stands still when the programme pauses expiry while left (PRODUCT A3).
    """
    await settle_each([account])


async def settle_each(accounts: Sequence[Account]) -> None:
    """The same for many accounts of a programme, locked at one moment: some statements for all of them together."""
    accounts = [account for account in accounts if not account.is_paused]
    if not accounts:
        return
    programme_id, now = accounts[0].programme.id, accounts[0].now
    whose, args = one_of("customer_id", [account.customer_id for account in accounts])
    due: dict[int, list[Row]] = {}
    for lot in await rows(_DUE.format(whose=whose), programme_id, *args, now):
        due.setdefault(lot["customer_id"], []).append(lot)
    lapsing = [(account, due[account.customer_id]) for account in accounts if account.customer_id in due]
    if not lapsing:
        return
    written = await write_each([(account, [_expiry(lot) for lot in lots]) for account, lots in lapsing])
    taken = [
        (programme_id, entry.id, lot["id"], entry.id, lot["remaining"])
        for (_, lots), entries in zip(lapsing, written, strict=True)
        for lot, entry in zip(lots, entries, strict=True)
    ]
    await insert_many("allocations", ("programme_id", "entry_id", "lot_id", "by_entry_id", "points"), taken)
    await run_many(_EMPTY, [(programme_id, lot_id) for _, _, lot_id, _, _ in taken])


def _expiry(lot: Row) -> Posting:
    return Posting(
        kind=EntryKind.EXPIRE,
        points=-lot["remaining"],
        key=f"lot:{lot['id']}:expire",
        effective_at=lot["lapses_at"],
        order_id=lot["order_id"],
        breakdown={"expires_at": lot["expires_at"].isoformat()},
        comment="Points expired",
    )


async def pay_debts(account: Account, lot_id: int, remaining: int, *, by_entry_id: int) -> int:
    """Let a lot pay the account's open debts, oldest first. Returns the points it paid."""
    paid = 0
    for debt in await open_debts(account):
        part = min(debt["remaining"], remaining - paid)
        if part == 0:
            break
        await allocate(account, debt["entry_id"], lot_id, part, by_entry_id=by_entry_id)
        await lower_debt(account, debt["entry_id"], part)
        paid += part
    if paid:
        await take(account, lot_id, paid)
    return paid


async def open_debts(account: Account) -> list[dict[str, Any]]:
    """The account's unpaid debts as rows of entry_id and remaining, oldest first."""
    return await rows(
        "SELECT entry_id, remaining FROM debts WHERE programme_id = {} AND customer_id = {} AND remaining > 0"
        " ORDER BY entry_id",
        *account.key,
    )


async def lower_debt(account: Account, entry_id: int, points: int, *, cancelled: bool = False) -> None:
    """Lower one debt by `points`, paid or cancelled, and the account's sum of debts with it."""
    await run(
        "UPDATE debts SET remaining = remaining - {}, cancelled = cancelled + {}"
        " WHERE programme_id = {} AND entry_id = {}",
        points,
        points if cancelled else 0,
        account.programme.id,
        entry_id,
    )
    await owe(account, -points)


async def owe(account: Account, points: int) -> None:
    """Raise the account's debt by `points` (negative: lower it)."""
    await run(
        "UPDATE accounts SET debt = debt + {} WHERE programme_id = {} AND customer_id = {}",
        points,
        *account.key,
    )
    account.debt += points


async def allocate(account: Account, entry_id: int, lot_id: int, points: int, *, by_entry_id: int) -> None:
    """Record that an entry took `points` from a lot (negative: gave back)."""
    await run(
        f"{_ALLOCATE} ({{}}, {{}}, {{}}, {{}}, {{}})",
        account.programme.id,
        entry_id,
        lot_id,
        by_entry_id,
        points,
    )


async def take(account: Account, lot_id: int, points: int) -> None:
    """Lower a lot's remainder by `points` (negative: raise it)."""
    await run(
        "UPDATE lots SET remaining = remaining - {} WHERE programme_id = {} AND id = {}",
        points,
        account.programme.id,
        lot_id,
    )
