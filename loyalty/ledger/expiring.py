"""Expiry as work: notices that were delivered, dates that move, the nightly sweep (PRODUCT J1).

Nothing lapses without its notice: `lots.expires_at` is the plan, `lots.lapses_at` is set by the notice and
is the only date at which points die. Whenever a date changes, a row in `expiry_moves` says from, to and why.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from db.engine import atomic, insert_many, moment, retried, rows, run, value
from db.enums import EntryKind, ExpiryPolicy
from db.ids import new_id
from loyalty import clock, programmes
from loyalty.ledger import lifetimes
from loyalty.ledger.accounts import Account
from loyalty.ledger.locking import locked, locked_each
from loyalty.rules import expiry as rules
from loyalty.rules.days import day_end, local_day

AT_ONCE = 200
"""Accounts swept in one transaction."""

ACTIVITY = frozenset({EntryKind.EARN_ORDER, EntryKind.EARN_ACTION, EntryKind.REFERRAL, EntryKind.REDEEM})
"""What a customer does: it moves every expiry under the inactivity policy (PRODUCT J1)."""

_LAST = f"""SELECT max(effective_at) FROM ledger_entries WHERE programme_id = {{}} AND customer_id = {{}}
    AND kind IN ({", ".join(f"'{kind}'" for kind in sorted(ACTIVITY))})"""
_OPEN = "remaining > 0 AND (lapses_at IS NULL OR lapses_at > {})"
_DUE = """SELECT DISTINCT l.customer_id FROM lots l
    JOIN customers c ON c.programme_id = l.programme_id AND c.id = l.customer_id
    JOIN programmes p ON p.programme_id = l.programme_id
    WHERE l.programme_id = {} AND l.remaining > 0 AND l.lapses_at <= {}
      AND NOT (c.type = 'left' AND p.pause_expiry_while_left) ORDER BY l.customer_id"""
_NOTICES = """SELECT l.id, l.customer_id, l.remaining, l.expires_at, l.notified_at, l.lapses_at FROM lots l
    JOIN customers c ON c.programme_id = l.programme_id AND c.id = l.customer_id
    JOIN programmes p ON p.programme_id = l.programme_id
    WHERE l.programme_id = {} AND l.remaining > 0 AND l.expires_at <= {} AND (l.lapses_at IS NULL OR l.lapses_at > {})
      AND c.email IS NOT NULL AND NOT (c.type = 'left' AND p.pause_expiry_while_left)
    ORDER BY l.customer_id, l.expires_at, l.id"""


@dataclass(frozen=True, slots=True)
class DueNotice:
    """A notice that should go out now: these lots of one customer die at `expires_at`.

    `days` says which notice it is (30 or 7 days before). `key` is the same for the same notice, so that the
    mail job sends it once.
    """

    customer_id: int
    days: int
    points: int
    expires_at: datetime
    lot_ids: tuple[int, ...]

    @property
    def key(self) -> str:
        return f"expiry-notice:{self.customer_id}:{self.expires_at:%Y-%m-%d}:{self.days}"


@dataclass(frozen=True, slots=True)
class Swept:
    """What a sweep posted; `left_over` accounts could not be written and stay for the next one."""

    accounts: int
    left_over: int


async def due_notices(programme_id: int, now: datetime) -> list[DueNotice]:
    """The notices to send at `now`, one per customer and date. Who has no address gets none and loses nothing."""
    programme = await programmes.get(programme_id)
    terms = lifetimes.terms(programme)
    horizon = now + timedelta(days=max(terms.notice_days))
    groups: dict[tuple[int, datetime, bool], list[dict[str, Any]]] = {}
    for lot in await rows(_NOTICES, programme_id, horizon, now):
        ends_at, told = lot["lapses_at"] or lot["expires_at"], lot["notified_at"] is not None
        groups.setdefault((lot["customer_id"], ends_at, told), []).append(lot)
    notices = []
    for (customer_id, ends_at, told), lots in groups.items():
        sent = frozenset({max(terms.notice_days)}) if told else frozenset()
        days = rules.notice_due(terms, ends_at, sent, now)
        if days is not None:
            points, ids = sum(lot["remaining"] for lot in lots), tuple(lot["id"] for lot in lots)
            notices.append(DueNotice(customer_id, days, points, ends_at, ids))
    return notices


@retried
async def notice_delivered(
    programme_id: int, customer_id: int, lot_ids: Sequence[int], at: datetime
) -> dict[int, datetime]:
    """A notice about these lots reached the customer at `at`; from now on they can lapse. PRODUCT J1.

    A late notice moves the date, and the move is written down. A repeat, and the second notice, change
    nothing. Returns when each of the lots lapses. Raises NotFound.
    """
    async with atomic():
        account = await locked(programme_id, customer_id)
        terms, zone = lifetimes.terms(account.programme), lifetimes.zone_of(account.programme)
        lapsing: dict[int, datetime] = {}
        for lot in await _chosen(account, lot_ids):
            if lot["lapses_at"] is not None:
                lapsing[lot["id"]] = lot["lapses_at"]
                continue
            lapses_at = rules.lapses_at(terms, lot["expires_at"], at, zone)
            assert lapses_at is not None, "it has a date and a notice"
            await run(
                "UPDATE lots SET notified_at = {}, lapses_at = {} WHERE programme_id = {} AND id = {}",
                at,
                lapses_at,
                programme_id,
                lot["id"],
            )
            if lapses_at != lot["expires_at"]:
                await _moved(programme_id, [lot], lapses_at, rules.move_reason(terms, at))
            lapsing[lot["id"]] = lapses_at
        return lapsing


@retried
async def notice_came_back(programme_id: int, customer_id: int, lot_ids: Sequence[int], at: datetime) -> None:
    """The notice that reached the customer at `at` came back: what it let lapse, and hasn't yet, waits for another.

    A date that an earlier notice holds stays. PRODUCT J1. Raises NotFound.
    """
    async with atomic():
        account = await locked(programme_id, customer_id)
        for lot in await _chosen(account, lot_ids):
            back = await run(
                "UPDATE lots SET notified_at = NULL, lapses_at = NULL WHERE programme_id = {} AND id = {}"
                " AND notified_at = {} RETURNING id",
                programme_id,
                lot["id"],
                at,
            )
            if back and lot["lapses_at"] != lot["expires_at"]:
                await _moved(
                    programme_id,
                    [lot],
                    lot["expires_at"],
                    rules.move_reason(lifetimes.terms(account.programme), None),
                )


async def sweep(programme_id: int) -> Swept:
    """Post the expiries that are due, some hundred accounts together. Any write would post them anyway (C2)."""
    due = [row["customer_id"] for row in await rows(_DUE, programme_id, clock.now())]
    done = 0
    for start in range(0, len(due), AT_ONCE):
        done += await _settle(programme_id, due[start : start + AT_ONCE])
    return Swept(done, len(due) - done)


async def active(account: Account, at: datetime) -> None:
    """Under the inactivity policy an earning or a redemption gives every open lot a full period again.

    Call it in the transaction of the verb, after its entries. The period starts at the last activity known,
    so that one which comes in late gets the same dates. A date already announced needs a new notice.
    """
    programme = account.programme
    terms, zone = lifetimes.terms(programme), lifetimes.zone_of(programme)
    if terms.policy is not ExpiryPolicy.INACTIVITY:
        return
    last = moment(await value(_LAST, *account.key))
    expires_at = rules.expires_at(terms, at, zone, last_activity=last)
    lots = await rows(
        f"SELECT id, customer_id, expires_at, lapses_at FROM lots WHERE programme_id = {{}} AND customer_id = {{}}"
        f" AND {_OPEN} AND expires_at < {{}}",
        *account.key,
        account.now,
        expires_at,
    )
    await move(programme.id, lots, expires_at, "The customer was active.")


async def resumed(account: Account, left_at: datetime) -> None:
    """Somebody who had left is back: where expiry is paused meanwhile, dates move by the time away (A3)."""
    if not account.programme.pause_expiry_while_left:
        return
    zone, away = lifetimes.zone_of(account.programme), account.now - left_at
    lots = await rows(
        "SELECT id, customer_id, expires_at, lapses_at FROM lots WHERE programme_id = {} AND customer_id = {}"
        " AND remaining > 0 AND expires_at IS NOT NULL AND (lapses_at IS NULL OR lapses_at > {})",
        *account.key,
        left_at,
    )
    for lot in lots:
        last_day = local_day((lot["lapses_at"] or lot["expires_at"]) + away - timedelta(microseconds=1), zone)
        moved = day_end(last_day, zone)
        await move(account.programme.id, [lot], moved, "The clock stood still while the customer had left.")


@retried
async def _settle(programme_id: int, customer_ids: Sequence[int]) -> int:
    """How many of these accounts could be locked, which settles them."""
    async with atomic():
        accounts, _ = await locked_each(programme_id, customer_ids)
        return len(accounts)


async def _chosen(account: Account, lot_ids: Sequence[int]) -> list[dict[str, Any]]:
    if not lot_ids:
        return []
    return await rows(
        "SELECT id, customer_id, expires_at, lapses_at FROM lots WHERE programme_id = {} AND customer_id = {}"
        f" AND remaining > 0 AND expires_at IS NOT NULL AND id IN ({', '.join(['{}'] * len(lot_ids))}) ORDER BY id",
        *account.key,
        *lot_ids,
    )


async def move(programme_id: int, lots: Sequence[dict[str, Any]], to: datetime | None, reason: str) -> None:
    """Give these lots one date, and note from where to where. What moves needs a new notice."""
    if not lots:
        return
    await run(
        "UPDATE lots SET expires_at = {}, notified_at = NULL, lapses_at = NULL WHERE programme_id = {}"
        f" AND id IN ({', '.join(['{}'] * len(lots))})",
        to,
        programme_id,
        *(lot["id"] for lot in lots),
    )
    await _moved(programme_id, lots, to, reason)


async def _moved(programme_id: int, lots: Sequence[dict[str, Any]], to: datetime | None, reason: str) -> None:
    now = clock.now()
    await insert_many(
        "expiry_moves",
        ("programme_id", "id", "customer_id", "lot_id", "from_at", "to_at", "reason", "at"),
        [
            (
                programme_id,
                new_id(now),
                lot["customer_id"],
                lot["id"],
                lot["lapses_at"] or lot["expires_at"],
                to,
                reason,
                now,
            )
            for lot in lots
        ],
    )
