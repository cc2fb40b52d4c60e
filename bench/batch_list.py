"""Which work on everybody is measured, and the one pass of SQL it is held against.

Adjusting and expiring are done for every tenth customer, so that a large shop is measured within an hour.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from bench import shop
from bench.segments import PASS
from db.engine import rows
from db.enums import ActorKind, BatchKind
from loyalty.batches.choosing import Selection
from loyalty.batches.starting import start
from loyalty.customers.filters import CustomerFilter
from loyalty.exports import entries
from loyalty.exports.files import csv_file
from loyalty.imports import points
from loyalty.jobs.worker import Worker
from loyalty.ledger.expiring import sweep
from loyalty.ledger.verifying import verify
from loyalty.rules.actors import Actor
from loyalty.segments.refreshing import refresh

# The lowest 22 bits of a made-up id are the customer's number.
_TENTH = "(SELECT id FROM customers WHERE programme_id = 1 AND id % 4194304 % 10 = 0 AND type = 'member')"
_ENTRY = """INSERT INTO ledger_entries (programme_id, id, uid, customer_id, seq, kind, points, balance_after,
      effective_at, recorded_at, breakdown, actor_kind, actor_name, key, fingerprint)"""
_AT = "4825000000000000000 + row_number() OVER (ORDER BY a.customer_id)"
"""An id of its own for each of these customers, later than every other."""

# What stays in the ledger of an adjustment: account, entry, lot, action.
_ADJUST = (
    f"UPDATE accounts SET balance = balance + 5, adjusted = adjusted + 5, seq = seq + 1"
    f" WHERE programme_id = 1 AND customer_id IN {_TENTH}",
    f"""{_ENTRY} SELECT 1, {_AT}, 'n' || a.customer_id, a.customer_id, a.seq, 'adjust', 5, a.balance, {{now}}, {{now}},
      '{{}}', 'system', 'Bench', 'adjust:' || a.customer_id, '{"0" * 64}'
    FROM accounts a WHERE a.programme_id = 1 AND a.customer_id IN {_TENTH}""",
    f"""INSERT INTO lots (programme_id, id, customer_id, entry_id, points, remaining, available_at)
    SELECT 1, {_AT}, a.customer_id, {_AT}, 5, 5, {{now}} FROM accounts a
    WHERE a.programme_id = 1 AND a.customer_id IN {_TENTH}""",
    f"""INSERT INTO actions (programme_id, id, uid, verb, subject_kind, subject_id, customer_id, sentence, before,
      after, reason, actor_kind, actor_name, at)
    SELECT 1, {_AT}, 'n' || a.customer_id, 'points.adjusted', 'customer', a.customer_id, a.customer_id, 'Done', '{{}}',
      '{{}}', '', 'system', 'Bench', {{now}} FROM accounts a WHERE a.programme_id = 1 AND a.customer_id IN {_TENTH}""",
)
_LAPSED = f"""UPDATE lots SET expires_at = {{now}}, notified_at = available_at, lapses_at = {{now}}
    WHERE programme_id = 1 AND remaining > 0 AND customer_id IN {_TENTH}"""
# An entry and an allocation for each lot, as the ledger keeps them.
_DEAD = "FROM lots l WHERE l.programme_id = 1 AND l.remaining > 0 AND l.lapses_at <= {now}"
_EXPIRE = (
    f"""{_ENTRY} SELECT 1, l.id + 1, 'x' || l.id, l.customer_id, 1000000 + row_number() OVER (ORDER BY l.id), 'expire',
      -l.remaining, 0, {{now}}, {{now}}, '{{}}', 'system', 'Bench', 'expire:' || l.id, '{"0" * 64}' {_DEAD}""",
    f"""INSERT INTO allocations (programme_id, entry_id, lot_id, by_entry_id, points)
    SELECT 1, l.id + 1, l.id, l.id + 1, l.remaining {_DEAD}""",
    f"""UPDATE accounts SET balance = 0, expired = expired + balance, seq = seq + 1
    WHERE programme_id = 1 AND customer_id IN (SELECT l.customer_id {_DEAD})""",
    "UPDATE lots SET remaining = 0 WHERE programme_id = 1 AND remaining > 0 AND lapses_at <= {now}",
)

_PASS = tuple(sql.format("1") for sql in PASS)


@dataclass(frozen=True, slots=True)
class Batch:
    """`do` gets a folder of its own; `limit` is one pass in raw SQL.

    `ready` is what both copies need first, `before` what ours alone does: a file in the folder, or the night's
    refresh, without which everybody who is looked at would be seen for the first time.
    """

    name: str
    do: Callable[[Path], Awaitable[object]]
    limit: tuple[str, ...]
    ready: str = ""
    before: Callable[[Path], Awaitable[object]] | None = None


async def writing_points(folder: Path) -> None:
    people = await rows(
        "SELECT email FROM customers WHERE programme_id = {} AND id % 4194304 % 10 = 0 AND type = 'member'",
        1,
    )
    lines = "".join(f"{person['email']},5\n" for person in people)
    (folder / "points.csv").write_text(f"email,points\n{lines}")


async def importing_points(folder: Path) -> None:
    report = await points.run(1, folder / "points.csv")
    assert report.people == report.rows, report.sentence


async def refreshing(folder: Path) -> None:
    await refresh(1)


async def adjusting(folder: Path) -> None:
    by = Actor(ActorKind.STAFF, "Mara", await shop.owner_id())
    args = {"points": 5, "reason": "Bench", "comment": ""}
    everybody = Selection(CustomerFilter(tag="tenth"))
    await start(1, everybody, BatchKind.ADJUST, args, by=by, key="bench", sure=True)
    await Worker().step()


async def exporting(folder: Path) -> None:
    with csv_file(folder / "entries.csv") as write:
        async for row in entries.rows(1, None):
            write(row)


BATCHES = (
    Batch("points of every tenth customer by file", importing_points, _ADJUST, before=writing_points),
    Batch(
        "adjustment of every tenth customer",
        adjusting,
        _ADJUST,
        f"INSERT INTO customer_tags (programme_id, customer_id, tag) SELECT 1, t.id, 'tenth' FROM {_TENTH} t",
        refreshing,
    ),
    Batch("expiry of every tenth customer's lots", lambda _: sweep(1), _EXPIRE, _LAPSED),
    Batch(
        "export of every entry",
        exporting,
        ("SELECT * FROM ledger_entries WHERE programme_id = 1 ORDER BY id",),
    ),
    Batch("first refresh of everybody's segments", refreshing, _PASS),
    Batch("refresh of everybody's segments, nobody moves", refreshing, _PASS, before=refreshing),
    Batch("verify, every entry", lambda _: verify(1), _PASS),
)
