"""Points from one record of a person to another, and back (PRODUCT B6).

Entries are never changed, so what a merged record has is taken from it by a merge entry and given to the
other by merge entries of its own, lot by lot with its dates: Σ entries = Σ lots − debt holds on both (C6).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from db.engine import one, rows, run, value
from db.enums import EntryKind
from db.ids import new_id
from loyalty.errors import Invalid
from loyalty.ledger.accounts import Account
from loyalty.ledger.entries import Entry, Posting
from loyalty.ledger.posting import Own, claw_back, credit, debit, drawn_by, give_back, remaining
from loyalty.ledger.settling import lower_debt, open_debts
from loyalty.rules.actors import Actor

COMMENT = "Two records became one"

_LOTS = """SELECT id, order_id, remaining, available_at, expires_at, notified_at, lapses_at FROM lots
    WHERE programme_id = {} AND customer_id = {} AND remaining > 0 ORDER BY id"""
_DATES = """UPDATE lots SET notified_at = {}, lapses_at = {} WHERE programme_id = {} AND entry_id = {}
    RETURNING id"""
_MOVED = """INSERT INTO expiry_moves (programme_id, id, customer_id, lot_id, from_at, to_at, reason, at)
    VALUES ({}, {}, {}, {}, {}, {}, 'As it was on the merged record', {})"""
# What was spent and returned to the lot is as if it had stayed.
_TOUCHED = """SELECT CAST(coalesce(sum(a.points), 0) AS BIGINT) FROM allocations a
    JOIN lots l ON l.programme_id = a.programme_id AND l.id = a.lot_id
    WHERE a.programme_id = {} AND l.entry_id = {} AND a.by_entry_id <> l.entry_id"""
_OWNER = """SELECT e.customer_id FROM ledger_entries e
    JOIN customers c ON c.programme_id = e.programme_id AND c.id = e.customer_id
    WHERE e.programme_id = {} AND e.id = {} AND c.merged_into = {}"""


@dataclass(frozen=True, slots=True)
class Carried:
    """Ids of the entries: `out` of the merged record, `into` the other, and each debt on both."""

    out: int | None
    into: tuple[int, ...]
    debts: tuple[tuple[int, int], ...]

    def to_dict(self) -> dict[str, Any]:
        return {"out": self.out, "into": list(self.into), "debts": [list(pair) for pair in self.debts]}

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> "Carried":
        return cls(data["out"], tuple(data["into"]), tuple((pair[0], pair[1]) for pair in data["debts"]))


async def merged_owner(account: Account, entry_id: int) -> int | None:
    """The record merged into this account whose entry this is; None: it is the account's own."""
    found = await value(_OWNER, account.programme.id, entry_id, account.customer_id)
    return None if found is None else int(found)


async def carry(gone: Account, kept: Account, *, key: str, by: Actor) -> Carried:
    """Move everything `gone` has, pending or not, and everything it owes, to `kept`. Both are locked."""
    debts = [
        await _debt(gone, kept, debt, f"{key}:{debt['entry_id']}", by) for debt in await open_debts(gone)
    ]
    lots = await rows(_LOTS, *gone.key)
    if not lots:
        return Carried(None, (), tuple(debts))
    everything = sum(lot["remaining"] for lot in lots)
    out = await claw_back(gone, _posting(-everything, f"{key}:out", by), own=Own(), debt=0)
    into = [await _lot(kept, lot, f"{key}:in:{lot['id']}", by) for lot in lots]
    return Carried(out.id, tuple(into), tuple(debts))


async def fetch(gone: Account, kept: Account, points: int, *, key: str, by: Actor) -> None:
    """Give `gone` points of `kept`, so that an entry of `gone` can be reversed. Raises NotEnoughPoints."""
    await debit(kept, _posting(-points, f"{key}:fetched", by))
    await credit(gone, _posting(points, f"{key}:lent", by))


async def refuse_touched(gone: Account, kept: Account, carried: Carried, seq: int) -> None:
    """Return when what was carried is as it was. `seq` is the number of the last entry of `gone` by then.

    Raises Invalid.
    """
    last = await value("SELECT seq FROM accounts WHERE programme_id = {} AND customer_id = {}", *gone.key)
    touched = [entry for entry in carried.into if await value(_TOUCHED, kept.programme.id, entry)]
    if touched or last != seq:
        raise Invalid(
            f"Points that {kept.customer_name} got by the merge have been spent, have expired or were taken back"
            " since. Two records can't be made of that any more."
        )


async def take_back(gone: Account, kept: Account, carried: Carried, *, by: Actor, reason: str) -> None:
    """Post the opposite of everything that was carried, the last first. Both are locked."""
    for entry_id in reversed(carried.into):
        await _again(kept, entry_id, by, reason)
    for gone_entry, kept_entry in reversed(carried.debts):
        await _forgive(kept, kept_entry, by, reason)
        await _again(gone, gone_entry, by, reason)
    if carried.out is not None:
        await _forgive(gone, carried.out, by, reason)


async def _debt(gone: Account, kept: Account, debt: dict[str, Any], key: str, by: Actor) -> tuple[int, int]:
    order_id = await value(
        "SELECT order_id FROM ledger_entries WHERE programme_id = {} AND id = {}",
        gone.programme.id,
        debt["entry_id"],
    )
    paid = await credit(gone, _posting(debt["remaining"], f"{key}:paid", by))
    left = await remaining(kept)
    owed = await claw_back(
        kept,
        _posting(-debt["remaining"], f"{key}:owed", by, order_id=order_id),
        own=Own(),
        debt=max(0, debt["remaining"] - left.everything),
    )
    return paid.id, owed.id


async def _lot(kept: Account, lot: dict[str, Any], key: str, by: Actor) -> int:
    posting = _posting(
        lot["remaining"],
        key,
        by,
        order_id=lot["order_id"],
        available_at=lot["available_at"],
        expires_at=lot["expires_at"],
    )
    entry = await credit(kept, posting)
    opened = await run(_DATES, lot["notified_at"], lot["lapses_at"], kept.programme.id, entry.id)
    if lot["lapses_at"] is not None and lot["lapses_at"] != lot["expires_at"]:
        await run(
            _MOVED,
            kept.programme.id,
            new_id(kept.now),
            kept.customer_id,
            opened[0]["id"],
            lot["expires_at"],
            lot["lapses_at"],
            kept.now,
        )
    return entry.id


async def _again(account: Account, entry_id: int, by: Actor, reason: str) -> Entry:
    """Take a credit back; what it had paid of a debt is owed again."""
    entry = await _entry(account, entry_id)
    left = await remaining(account, Own(entry_id=entry_id))
    posting = _reversal(entry, by, reason)
    owed = max(0, entry["points"] - left.everything)
    return await claw_back(account, posting, own=Own(entry_id=entry_id), debt=owed)


async def _forgive(account: Account, entry_id: int, by: Actor, reason: str) -> Entry:
    """Give a debit back to the lots it came from; what is still owed of it is cancelled."""
    entry = await _entry(account, entry_id)
    debt = await one(
        "SELECT remaining FROM debts WHERE programme_id = {} AND entry_id = {} AND remaining > 0",
        account.programme.id,
        entry_id,
    )
    if debt is not None:
        await lower_debt(account, entry_id, debt["remaining"], cancelled=True)
    return await give_back(account, _reversal(entry, by, reason), await drawn_by(account, entry_id))


async def _entry(account: Account, entry_id: int) -> dict[str, Any]:
    row = await one(
        "SELECT id, uid, points, order_id FROM ledger_entries"
        " WHERE programme_id = {} AND id = {} AND customer_id = {}",
        account.programme.id,
        entry_id,
        account.customer_id,
    )
    assert row is not None
    return row


def _reversal(entry: dict[str, Any], by: Actor, reason: str) -> Posting:
    return Posting(
        kind=EntryKind.UNDO,
        points=-entry["points"],
        key=f"entry:{entry['uid']}:undo",
        by=by,
        order_id=entry["order_id"],
        reverses_id=entry["id"],
        reason=reason,
        comment="One record became two again",
    )


def _posting(points: int, key: str, by: Actor, **dates: Any) -> Posting:
    return Posting(kind=EntryKind.MERGE, points=points, key=key, by=by, comment=COMMENT, **dates)


def entries_of(carried: Carried) -> Sequence[int]:
    """Every entry that was written, on both records."""
    out = () if carried.out is None else (carried.out,)
    return (*out, *carried.into, *(entry for pair in carried.debts for entry in pair))
