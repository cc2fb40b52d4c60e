"""Writing one entry: the account's sums, its gap-free number, and the row that never changes."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from db.engine import Row, insert_many, one, one_of, rows, run, run_many
from db.enums import EntryKind
from db.ids import new_id, new_uid
from loyalty.errors import KeyReused
from loyalty.ledger.accounts import Account
from loyalty.rules.actors import SYSTEM, Actor

_BUCKET = {
    EntryKind.EARN_ORDER: "earned",
    EntryKind.EARN_ACTION: "earned",
    EntryKind.BONUS: "earned",
    EntryKind.REFERRAL: "earned",
    EntryKind.TIER_REWARD: "earned",
    EntryKind.CAMPAIGN: "earned",
    EntryKind.REDEEM: "redeemed",
    EntryKind.REDEEM_REVERSAL: "redeemed",
    EntryKind.REFUND_CLAWBACK: "clawed_back",
    EntryKind.CLAWBACK_REVERSAL: "clawed_back",
    EntryKind.EXPIRE: "expired",
}
"""Which running sum of the account an entry belongs to; every other kind counts as adjusted."""

_MOVE = """UPDATE accounts SET balance = balance + {{}}, {bucket} = {bucket} + {{}}, qualifying = qualifying + {{}},
    seq = seq + {{}} WHERE programme_id = {{}} AND customer_id = {{}}"""

_COLUMNS = (
    "programme_id", "id", "uid", "customer_id", "seq", "kind", "points", "qualifying", "balance_after",
    "effective_at", "recorded_at", "available_at", "expires_at", "store_id", "order_id", "rule_version_id",
    "issued_reward_id", "referral_id", "review_id", "reverses_id", "breakdown", "reason", "comment", "actor_kind",
    "actor_id", "actor_name", "key", "fingerprint",
)  # fmt: skip
_INSERT = (
    f"INSERT INTO ledger_entries ({', '.join(_COLUMNS)}) VALUES ({', '.join(['{}'] * len(_COLUMNS))})"
    " ON CONFLICT (programme_id, key) DO NOTHING RETURNING id"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """What a verb asks to be written.

    `points` is signed and never 0. `key` is unique in the programme (`order:web:1001:earn`).
    `effective_at` is when it counts, None for now; `body` is what a repeat of the key must match.
    """

    kind: EntryKind
    points: int
    key: str
    by: Actor = SYSTEM
    effective_at: datetime | None = None
    qualifying: int = 0
    available_at: datetime | None = None
    expires_at: datetime | None = None
    store_id: int | None = None
    order_id: int | None = None
    rule_version_id: int | None = None
    issued_reward_id: int | None = None
    referral_id: int | None = None
    review_id: int | None = None
    reverses_id: int | None = None
    breakdown: Mapping[str, Any] = field(default_factory=dict)
    reason: str = ""
    comment: str = ""
    body: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """One written entry. `repeated`: the key was there already and nothing was written now."""

    id: int
    uid: str
    customer_id: int
    kind: EntryKind
    points: int
    balance_after: int
    effective_at: datetime
    repeated: bool = False


def fingerprint(customer_id: int, kind: EntryKind, body: tuple[Any, ...]) -> str:
    """SHA-256 of what the caller asked for, so that a key can't be reused for something else."""
    return hashlib.sha256(json.dumps([customer_id, kind, *body], default=str).encode()).hexdigest()


async def repeat(account: Account, key: str, kind: EntryKind, body: tuple[Any, ...]) -> Entry | None:
    """The entry already written under `key`, or None. Raises KeyReused when it was asked for otherwise."""
    row = await one(
        "SELECT id, uid, customer_id, kind, points, balance_after, effective_at, fingerprint"
        " FROM ledger_entries WHERE programme_id = {} AND key = {}",
        account.programme.id,
        key,
    )
    if row is None:
        return None
    if row.pop("fingerprint") != fingerprint(account.customer_id, kind, body):
        raise KeyReused("This form was already used for something else. Reload the page and try again.")
    return Entry(**{**row, "kind": EntryKind(row["kind"])}, repeated=True)


async def write(account: Account, posting: Posting) -> Entry:
    """Move the account's sums and insert the entry. The caller opens or draws lots.

    Raises KeyReused when another customer's entry already carries the key.
    """
    moved = await run(
        _MOVE.format(bucket=_bucket(posting.kind)) + " RETURNING balance, seq", *_sums(account, [posting])
    )
    ((entry, values),) = _entries(account, [posting], moved[0])
    if not await run(_INSERT, *values):
        raise KeyReused("This was already posted for another customer.")
    return entry


async def write_each(asked: Sequence[tuple[Account, Sequence[Posting]]]) -> list[list[Entry]]:
    """The same for many accounts, in three statements: each with one or more postings, all of one kind.

    The caller has seen that no key is there yet.
    """
    kind = asked[0][1][0].kind
    assert all(posting.kind is kind for _, postings in asked for posting in postings)
    whose, args = one_of("customer_id", [account.customer_id for account, _ in asked])
    await run_many(_MOVE.format(bucket=_bucket(kind)), [_sums(*each) for each in asked])
    moved = {
        row["customer_id"]: row
        for row in await rows(
            f"SELECT customer_id, balance, seq FROM accounts WHERE programme_id = {{}} AND {whose}",
            asked[0][0].programme.id,
            *args,
        )
    }
    made = [_entries(*each, moved[each[0].customer_id]) for each in asked]
    await insert_many("ledger_entries", _COLUMNS, [values for each in made for _, values in each])
    return [[entry for entry, _ in each] for each in made]


def _bucket(kind: EntryKind) -> str:
    return _BUCKET.get(kind, "adjusted")


def _sums(account: Account, postings: Sequence[Posting]) -> tuple[int, ...]:
    """What these postings add to the account's sums, in the order of `_MOVE`."""
    total = sum(posting.points for posting in postings)
    return (
        total,
        -total if _bucket(postings[0].kind) in ("redeemed", "expired", "clawed_back") else total,
        sum(posting.qualifying for posting in postings),
        len(postings),
        *account.key,
    )


def _entries(
    account: Account, postings: Sequence[Posting], moved: Row
) -> list[tuple[Entry, tuple[Any, ...]]]:
    """The entries of one account with their rows; `moved` is the account after all of them."""
    balance = moved["balance"] - sum(posting.points for posting in postings)
    made = []
    for seq, posting in enumerate(postings, start=moved["seq"] - len(postings) + 1):
        balance += posting.points
        at = posting.effective_at or account.now
        entry = Entry(new_id(at), new_uid(), account.customer_id, posting.kind, posting.points, balance, at)
        made.append((entry, _values(account, posting, entry, seq)))
    return made


def _values(account: Account, posting: Posting, entry: Entry, seq: int) -> tuple[Any, ...]:
    return (
        account.programme.id,
        entry.id,
        entry.uid,
        account.customer_id,
        seq,
        posting.kind.value,
        posting.points,
        posting.qualifying,
        entry.balance_after,
        entry.effective_at,
        account.now,
        posting.available_at,
        posting.expires_at,
        posting.store_id,
        posting.order_id,
        posting.rule_version_id,
        posting.issued_reward_id,
        posting.referral_id,
        posting.review_id,
        posting.reverses_id,
        json.dumps(posting.breakdown),
        posting.reason,
        posting.comment,
        posting.by.kind.value,
        posting.by.id,
        posting.by.name,
        posting.key,
        fingerprint(account.customer_id, posting.kind, posting.body),
    )
