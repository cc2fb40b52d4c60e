"""A member's birthday surprise: drawn once, with everything that proves the draw (PRODUCT L2)."""

import json
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import asdict, dataclass
from datetime import datetime

from db.engine import hold, loads, one, rows, run
from db.enums import EntryKind, IssuedSource
from db.ids import new_id, new_uid
from loyalty import audit
from loyalty.ledger import lifetimes
from loyalty.ledger.accounts import Account
from loyalty.ledger.entries import Posting
from loyalty.ledger.posting import credit
from loyalty.preferences import pool
from loyalty.rewards import catalogue, issuing
from loyalty.rules import surprises
from loyalty.rules.actors import Actor
from loyalty.rules.naming import name_of

LATEST = 20

# A record that was merged into this one is the same person.
_DRAWN = """SELECT d.uid FROM surprise_draws d WHERE d.programme_id = {0} AND (d.customer_id = {1}
    OR d.customer_id IN (SELECT c.id FROM customers c WHERE c.programme_id = {0} AND c.merged_into = {1})) LIMIT 1"""
_TAKE = """UPDATE surprise_prizes SET stock = stock - 1, version = version + CASE WHEN stock IS NULL THEN 0 ELSE 1 END
    WHERE programme_id = {} AND uid = {} AND status = 'active' AND (stock IS NULL OR stock > 0) RETURNING id"""
_INSERT = """INSERT INTO surprise_draws (programme_id, id, uid, customer_id, seed, pool, total, ticket, prize_id,
      entry_id, issued_reward_id, at) VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {})"""
_DRAWS = f"""SELECT d.uid, d.seed, d.pool, d.total, d.ticket, d.at, p.name, p.uid AS prize, c.uid AS customer_uid,
      c.first_name, c.last_name, c.email, c.phone, c.erased_at
    FROM surprise_draws d
    JOIN surprise_prizes p ON p.programme_id = {{0}} AND p.id = d.prize_id
    JOIN customers c ON c.programme_id = {{0}} AND c.id = d.customer_id
    WHERE d.programme_id = {{0}} ORDER BY d.id DESC LIMIT {LATEST}"""

_given: ContextVar[str] = ContextVar("seed", default="")


@contextmanager
def seeded(seed: str) -> Iterator[None]:
    """Draw with this seed of 64 characters while it lasts: the demo shop's history is the same each time."""
    before = _given.set(seed)
    try:
        yield
    finally:
        _given.reset(before)


@dataclass(frozen=True, slots=True)
class Surprise:
    """What was drawn; `code` of a reward, `points` otherwise."""

    name: str
    points: int | None
    code: str | None


@dataclass(frozen=True, slots=True)
class Draw:
    """A draw as staff see it. `proven`: drawing again from what is recorded gives the same prize."""

    uid: str
    customer_uid: str
    customer: str
    prize: str
    seed: str
    ticket: int
    total: int
    pool: tuple[surprises.Prize, ...]
    at: datetime
    proven: bool


async def draw(account: Account, *, by: Actor) -> Surprise | None:
    """Draw and give, in the caller's transaction, under the account's lock.

    None: this customer has drawn before, or the pool has nothing left.
    """
    if await one(_DRAWN, *account.key) is not None:
        return None
    await hold("surprise", account.programme.id, "pool")
    prizes = await pool.prizes(account.programme.id)
    stakes, seed = [prize.stake for prize in prizes], _given.get() or secrets.token_hex(32)
    drawn = surprises.draw(stakes, seed)
    if drawn is None:
        return None
    prize = next(each for each in prizes if each.uid == drawn.prize.uid)
    if not await run(_TAKE, account.programme.id, prize.uid):
        return await draw(account, by=by)  # the merchant took it out this moment
    entry_id, issued_id, code = await _give(account, prize, by=by)
    uid = new_uid()
    await run(
        _INSERT,
        account.programme.id,
        new_id(account.now),
        uid,
        account.customer_id,
        seed,
        json.dumps([asdict(stake) for stake in stakes]),
        drawn.total,
        drawn.ticket,
        prize.id,
        entry_id,
        issued_id,
        account.now,
    )
    await audit.record(
        account.programme.id,
        "preferences.surprise_drawn",
        ("customer", account.customer_id),
        f"{{customer}} drew {prize.name} for their birthday",
        by=by,
        customer_id=account.customer_id,
        after={"draw": uid, "prize": prize.name},
    )
    return Surprise(prize.name, prize.points, code)


async def draws(programme_id: int) -> tuple[Draw, ...]:
    """The latest draws, each drawn again from its record."""
    found = []
    for row in await rows(_DRAWS, programme_id):
        stakes = tuple(surprises.Prize(**stake) for stake in loads(row["pool"]))
        again = surprises.draw(stakes, row["seed"])
        same = again is not None and (again.prize.uid, again.ticket, again.total) == (
            row["prize"],
            row["ticket"],
            row["total"],
        )
        plain = ("uid", "customer_uid", "seed", "ticket", "total", "at")
        known = {name: row[name] for name in plain}
        found.append(Draw(**known, customer=name_of(row), prize=row["name"], pool=stakes, proven=same))
    return tuple(found)


async def _give(
    account: Account, prize: pool.Prize, *, by: Actor
) -> tuple[int | None, int | None, str | None]:
    """The entry, or the issued reward and its code."""
    key = f"surprise:{account.customer_uid}"
    if prize.reward_id is not None:
        reward = await catalogue.get(account.programme.id, prize.reward_id)
        copy = await issuing.issue(account, reward, IssuedSource.BIRTHDAY, key=key)
        return None, copy.id, copy.code
    assert prize.points is not None
    entry = await credit(
        account,
        Posting(
            kind=EntryKind.BONUS,
            points=prize.points,
            key=key,
            by=by,
            available_at=account.now,
            expires_at=lifetimes.expiry(account, account.now),
            breakdown={"surprise": prize.name},
            comment="Birthday surprise",
            body=("birthday",),
        ),
    )
    return entry.id, None, None
