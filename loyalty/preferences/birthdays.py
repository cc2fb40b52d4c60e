"""A member's own birthday: given whenever they like, changed once in 12 months (PRODUCT B4)."""

from collections.abc import Sequence
from datetime import date, datetime

from db.engine import run
from db.enums import CustomerField
from loyalty.customers import editing, personal
from loyalty.errors import Invalid
from loyalty.ledger.accounts import Account
from loyalty.rules.actors import Actor
from loyalty.rules.customer_fields import checked, fingerprint
from loyalty.rules.days import day_start, local_day, zone

_WHOLE = "A birthday has a day and a month; the year may stay empty."
_FAR = 4
"""Digits of a year; longer numbers are nobody's birthday."""


def changeable_from(changed_at: datetime | None, time_zone: str) -> datetime | None:
    """When a member may change their birthday again: the same day a year later. None: at any time."""
    if changed_at is None:
        return None
    here = zone(time_zone)
    day = local_day(changed_at, here)
    leap = (day.month, day.day) == (2, 29)
    return day_start(date(day.year + 1, day.month, 28 if leap else day.day), here)


def read(sent: Sequence[str], today: date) -> tuple[int | None, int | None, int | None]:
    """Month, day and year as typed in that order; all empty is none. Raises Invalid."""
    numbers: list[int | None] = []
    for text in (*sent, "", "", "")[:3]:
        text = text.strip()
        if text and not (text.isascii() and text.isdecimal() and len(text) <= _FAR):
            raise Invalid(_WHOLE)
        numbers.append(int(text) if text else None)
    month, day, year = numbers
    found = checked(CustomerField.BIRTHDAY, {"month": month, "day": day, "year": year}, today)
    return found["month"], found["day"], found["year"]


async def change(
    account: Account,
    born: tuple[int | None, int | None, int | None],
    changed_at: datetime | None,
    *,
    by: Actor,
) -> None:
    """Write a member's birthday in the caller's transaction; taking it away is always possible.

    Raises Invalid within 12 months of the last time they gave one.
    """
    until = changeable_from(changed_at, account.programme.time_zone)
    if born[0] is not None and until is not None and account.now < until:
        day = local_day(until, zone(account.programme.time_zone))
        raise Invalid(
            f"You can change your birthday again from {day.day} {day:%B %Y}. If it is wrong, ask us."
        )
    row = await personal.person(account.programme.id, id_=account.customer_id)
    before = await personal.read(account.programme.id, row, CustomerField.BIRTHDAY)
    value = dict(zip(("month", "day", "year"), born, strict=True))
    await editing.edit(
        account.programme.id,
        account.customer_id,
        CustomerField.BIRTHDAY,
        value,
        version=fingerprint(before),
        by=by,
    )
    if born[0] is not None:
        await run(
            "UPDATE customers SET birthday_changed_at = {} WHERE programme_id = {} AND id = {}",
            account.now,
            *account.key,
        )


def today(account: Account) -> date:
    return local_day(account.now, zone(account.programme.time_zone))
