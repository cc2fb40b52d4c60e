"""One customer's balance, and what it was at the end of each of the last months (PRODUCT B3, O3)."""

from datetime import datetime
from zoneinfo import ZoneInfo

from db.engine import one, rows
from db.enums import CustomerType
from db.ids import first_id
from loyalty.customers.standing import OpenLot, standing, worth
from loyalty.customers.views import Balance
from loyalty.programmes import Programme
from loyalty.rules.days import add_months, day_start, local_day

MONTHS = 12

# A row a lot; one without a lot where nothing is left.
_ACCOUNT = """SELECT a.debt, a.earned, l.remaining, l.available_at, l.expires_at, l.lapses_at FROM accounts a
    LEFT JOIN lots l ON l.programme_id = a.programme_id AND l.customer_id = a.customer_id AND l.remaining > 0
    WHERE a.programme_id = {} AND a.customer_id = {}"""

# Entries so far, less what was left then of lots that were still held or already dead. {0} programme,
# {1} customer; a moment and the first id after it for each month.
_HELD = """coalesce((SELECT sum(l.points - coalesce((SELECT sum(a.points) FROM allocations a
          WHERE a.programme_id = {0} AND a.lot_id = l.id AND a.by_entry_id < {id} AND a.entry_id < {id}), 0))
        FROM lots l WHERE l.programme_id = {0} AND l.customer_id = {1} AND l.id < {id}
          AND (l.available_at > {at}{dead})), 0)"""
_ENTRIES = """coalesce((SELECT sum(points) FROM ledger_entries
          WHERE programme_id = {0} AND customer_id = {1} AND id < {id}), 0)"""
_DEAD = " OR l.lapses_at <= {at}"


async def balance(
    programme: Programme, customer_id: int, kind: CustomerType, now: datetime, zone: ZoneInfo
) -> Balance:
    """What a member or a left customer has now. A due expiry counts as posted (C2), save where it is paused."""
    found = await rows(_ACCOUNT, programme.id, customer_id)
    account = found[0]
    paused = programme.pause_expiry_while_left and kind is CustomerType.LEFT
    lots = [
        OpenLot(
            remaining=row["remaining"],
            available_at=row["available_at"],
            ends_at=None if paused else row["lapses_at"] or row["expires_at"],
            dead=not paused and row["lapses_at"] is not None and row["lapses_at"] <= now,
        )
        for row in found
        if row["remaining"] is not None
    ]
    has = standing(lots, now, zone)
    available = has.spendable - account["debt"]
    return Balance(
        available=available,
        pending=has.pending,
        debt=account["debt"],
        lifetime_earned=account["earned"],
        next_release=has.next_release,
        next_expiry=has.next_expiry,
        worth=worth(available, programme.point_value_micros, programme.currency),
        history=(*await _history(programme.id, customer_id, now, zone, paused=paused), available),
    )


async def _history(
    programme_id: int, customer_id: int, now: datetime, zone: ZoneInfo, *, paused: bool
) -> tuple[int, ...]:
    """What was available at the end of the last months that are over, oldest first."""
    this_month = local_day(now, zone).replace(day=1)
    ends = [day_start(add_months(this_month, -back), zone) for back in reversed(range(MONTHS - 1))]
    months, args = [], []
    for number, end in enumerate(ends):
        held = _HELD.replace("{dead}", "" if paused else _DEAD)
        text = f"CAST({_ENTRIES} - {held} AS BIGINT) AS month_{number}"
        place = 2 + 2 * number
        months.append(text.replace("{at}", f"{{{place}}}").replace("{id}", f"{{{place + 1}}}"))
        args += [end, first_id(end)]
    row = await one(f"SELECT {', '.join(months)}", programme_id, customer_id, *args)
    assert row is not None
    return tuple(row.values())
