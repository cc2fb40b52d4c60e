"""Purchases by the thousand for tests of segments, and what segments made of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from db.engine import atomic, insert_many, rows
from db.ids import new_id, new_uid
from loyalty.segments import days

_FACTS = """SELECT c.email, f.* FROM segment_facts f
    JOIN customers c ON c.programme_id = f.programme_id AND c.id = f.customer_id WHERE f.programme_id = {}"""
_VALUE = """SELECT c.email, s.name FROM segment_members m
    JOIN segments s ON s.programme_id = m.programme_id AND s.id = m.segment_id AND s.kind = 'value'
    JOIN customers c ON c.programme_id = m.programme_id AND c.id = m.customer_id WHERE m.programme_id = {}"""


@dataclass(frozen=True, slots=True)
class Purchase:
    """One order of a person known by `who`; amounts in minor units."""

    who: str
    at: datetime
    minor: int
    refunded: int = 0


async def load(programme_id: int, store_id: int, purchases: Iterable[Purchase]) -> dict[str, int]:
    """Members and their orders, as rows. Returns the customers' ids by `who`."""
    bought = sorted(purchases, key=lambda each: each.at)
    first: dict[str, datetime] = {}
    for each in bought:
        first.setdefault(each.who, each.at)
    ids = {who: new_id(at) for who, at in first.items()}
    async with atomic():
        await insert_many(
            "customers",
            ("programme_id", "id", "uid", "type", "email", "email_key", "referral_code", "card_number",
             "last_activity_at", "joined_at", "created_at"),
            [
                (programme_id, ids[who], uid, "member", f"{who}@example.test", f"{who}@example.test", uid, uid, at, at,
                 at)
                for who, at in first.items()
                for uid in (new_uid(),)
            ],
        )  # fmt: skip
        await insert_many(
            "orders",
            ("programme_id", "id", "uid", "store_id", "external_id", "name", "customer_id", "status", "currency",
             "total_minor", "refunded_minor", "discount_codes", "placed_at", "received_at"),
            [
                (programme_id, new_id(each.at), new_uid(), store_id, new_uid(), "#", ids[each.who], "paid",
                 "EUR", each.minor, each.refunded, "[]", each.at, each.at)
                for each in bought
            ],
        )  # fmt: skip
    return ids


async def facts(programme_id: int) -> dict[str, dict[str, Any]]:
    """Everybody's facts by who they are."""
    found = await rows(_FACTS, programme_id)
    return {row["email"].removesuffix("@example.test"): row for row in found}


async def value_segments(programme_id: int) -> dict[str, str]:
    """The value segment of everybody who has one."""
    found = await rows(_VALUE, programme_id)
    names = {row["email"].removesuffix("@example.test"): row["name"] for row in found}
    assert len(names) == len(found), "nobody has two"
    return names


def window(purchases: Iterable[Purchase], who: str, day: date) -> tuple[int, int, int]:
    """Days since the last order, order days and money of the year that ends with `day`, reckoned by hand."""
    mine = [each for each in purchases if each.who == who and each.at.date() <= day]
    recent = [each for each in mine if each.at.date() > day - timedelta(days=365)]
    last = max(each.at.date() for each in mine)
    return (
        (day - last).days,
        len({each.at.date() for each in recent}),
        sum(each.minor - each.refunded for each in recent),
    )


def r_days(fact: dict[str, Any], day: date) -> int:
    return days.number(day) - int(fact["last_day"])
