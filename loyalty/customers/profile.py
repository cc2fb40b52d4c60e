"""One customer's page: who they are, what they have, how far the next tier is (PRODUCT B3)."""

from collections.abc import Sequence
from typing import Any

from db.engine import Row, one, rows, snapshot
from db.enums import CustomerType, EntryKind
from loyalty import clock, programmes
from loyalty.customers.balance import balance
from loyalty.customers.naming import known
from loyalty.customers.progress import progress
from loyalty.customers.tallies import CAP, tally
from loyalty.customers.tier_marks import tier_marks
from loyalty.customers.views import Birthday, Heading, LotView, Profile
from loyalty.errors import Merged, NotFound
from loyalty.ledger.lifetimes import UNTIL_VERIFIED
from loyalty.programmes import Programme
from loyalty.rules.cards import printed
from loyalty.rules.days import zone
from loyalty.rules.naming import name_of
from loyalty.tiers.schemes import scheme

MOST_LOTS = 500

_HEADING = f"""c.id, c.uid AS customer_uid, c.first_name, c.last_name, c.email, c.phone, c.erased_at,
      (SELECT k.uid FROM customers k WHERE k.programme_id = {{0}} AND k.id = c.merged_into) AS kept_uid,
      (SELECT count(*) FROM (SELECT 1 FROM orders o WHERE o.programme_id = {{0}} AND o.customer_id = c.id
        LIMIT {CAP + 1}) capped) AS orders,
      (SELECT count(*) FROM (SELECT 1 FROM ledger_entries e WHERE e.programme_id = {{0}} AND e.customer_id = c.id
        LIMIT {CAP + 1}) capped) AS entries,
      (SELECT count(*) FROM (SELECT 1 FROM lots l WHERE l.programme_id = {{0}} AND l.customer_id = c.id
        AND l.remaining > 0 LIMIT {CAP + 1}) capped) AS lots"""
_ALONE = f"SELECT {_HEADING} FROM customers c WHERE c.programme_id = {{0}} AND c.uid = {{1}}"
_CUSTOMER = f"""SELECT {_HEADING}, {programmes.COLUMNS}, c.type, c.card_number, c.birth_month, c.birth_day,
      c.birth_year, c.joined_at, c.spend_minor, s.tier_id, s.qualified_until, s.grace_until, s.floor_until
    FROM customers c JOIN programmes p ON p.programme_id = c.programme_id
    LEFT JOIN customer_tiers s ON s.programme_id = {{0}} AND s.customer_id = c.id
    WHERE c.programme_id = {{0}} AND c.uid = {{1}}"""

_TAGS = "SELECT tag FROM customer_tags WHERE programme_id = {} AND customer_id = {} ORDER BY tag"

_LOTS = f"""SELECT l.id, l.points, l.remaining, l.available_at, l.expires_at, l.lapses_at, e.kind, e.effective_at,
      o.name AS order_name, r.name AS reward_name, f.friend_name, v.product_title
    FROM lots l
    JOIN ledger_entries e ON e.programme_id = {{0}} AND e.id = l.entry_id
    LEFT JOIN orders o ON o.programme_id = {{0}} AND o.id = l.order_id
    LEFT JOIN issued_rewards i ON i.programme_id = {{0}} AND i.id = e.issued_reward_id
    LEFT JOIN rewards r ON r.programme_id = {{0}} AND r.id = i.reward_id
    LEFT JOIN referrals f ON f.programme_id = {{0}} AND f.id = e.referral_id
    LEFT JOIN reviews v ON v.programme_id = {{0}} AND v.id = e.review_id
    WHERE l.programme_id = {{0}} AND l.customer_id = {{1}} AND l.remaining > 0
    ORDER BY CASE WHEN l.expires_at IS NULL THEN 1 ELSE 0 END, l.expires_at, l.id LIMIT {MOST_LOTS}"""


async def heading(programme_id: int, uid: str) -> Heading:
    """What the tabs alone need, in one statement. Raises as `profile` does."""
    return Heading(**_heading(await _found(_ALONE, programme_id, uid)))


async def profile(programme_id: int, uid: str) -> Profile:
    """Everything around the tabs. `balance` is None for a guest (A1), `progress` for all but members.

    Raises NotFound, and Merged for a record that became part of another.
    """
    now = clock.now()
    async with snapshot():
        row = await _found(_CUSTOMER, programme_id, uid)
        kind, programme = CustomerType(row["type"]), Programme.from_row(programme_id, row)
        here = zone(programme.time_zone)
        tags = await rows(_TAGS, programme_id, row["id"])
        marks = await tier_marks(programme_id)
        has = None if kind is CustomerType.GUEST else await balance(programme, row["id"], kind, now, here)
        way = None
        if kind is CustomerType.MEMBER:
            way = await progress(programme_id, row, await scheme(programme_id), marks, now, here)
    return Profile(
        **_heading(row),
        email=row["email"],
        phone=row["phone"],
        card=printed(row["card_number"]),
        type=kind,
        erased=row["erased_at"] is not None,
        tier=marks.get(row["tier_id"]),
        tags=tuple(each["tag"] for each in tags),
        birthday=_birthday(row),
        joined=row["joined_at"],
        balance=has,
        spent=row["spend_minor"],
        progress=way,
    )


async def _found(sql: str, programme_id: int, uid: str) -> Row:
    row = await one(sql, programme_id, uid)
    if row is None:
        raise NotFound("There is no such customer in this programme.")
    if row["kept_uid"] is not None:
        raise Merged("This record was merged into another one.", uid=row["kept_uid"])
    return row


def _heading(row: Row) -> dict[str, Any]:
    return {
        "id": row["id"],
        "uid": row["customer_uid"],
        "name": name_of(row),
        **{each: tally(row[each]) for each in ("orders", "entries", "lots")},
    }


async def lots(programme_id: int, uid: str) -> Sequence[LotView]:
    """What is left of each credit, in the order in which spending takes it (C3), at most 500.

    A lot whose expiry is due counts as expired, posted or not. Raises NotFound.
    """
    now = clock.now()
    async with snapshot():
        who = await known(programme_id, uid)
        programme = await programmes.get(programme_id)
        found = await rows(_LOTS, programme_id, who.id)
    paused = programme.pause_expiry_while_left and who.type is CustomerType.LEFT
    return tuple(
        LotView(
            kind=EntryKind(row["kind"]),
            subject=_subject(row),
            points=row["points"],
            remaining=row["remaining"],
            credited=row["effective_at"],
            available=row["available_at"] if row["available_at"] < UNTIL_VERIFIED else None,
            expires=row["expires_at"],
            pending=row["available_at"] > now,
            expired=not paused and row["lapses_at"] is not None and row["lapses_at"] <= now,
        )
        for row in found
    )


def _subject(row: Row) -> str | None:
    names = ("reward_name", "friend_name", "product_title", "order_name")
    return next((row[name] for name in names if row[name]), None)


def _birthday(row: Row) -> Birthday | None:
    if row["birth_month"] is None:
        return None
    return Birthday(row["birth_month"], row["birth_day"], row["birth_year"])
