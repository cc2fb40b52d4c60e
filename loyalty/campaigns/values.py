"""What goes into the fields of one person's message, and whom it goes to. PRODUCT M2."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from db.engine import rows
from loyalty import clock
from loyalty.customers.standing import last_day
from loyalty.languages import Language
from loyalty.languages.writing import long_day, number
from loyalty.ledger.balances import Balance, balance
from loyalty.preferences.standing import standing
from loyalty.programmes import Programme
from loyalty.rewards.offers import Offer, offers
from loyalty.rules.campaigns.fields import PREFERENCE
from loyalty.rules.days import zone

_POINTS = {"points_balance", "points_expiring", "expiring_on"}
_REWARDS = {"next_reward", "points_to_next_reward"}

_PEOPLE = """SELECT c.id, c.uid, c.email, c.first_name, c.last_name, c.phone, c.time_zone,
      t.name AS tier, k.opens FROM customers c
    LEFT JOIN customer_tiers s ON s.programme_id = c.programme_id AND s.customer_id = c.id
    LEFT JOIN tiers t ON t.programme_id = s.programme_id AND t.id = s.tier_id
    LEFT JOIN contact_choices k ON k.programme_id = c.programme_id AND k.customer_id = c.id
    WHERE c.programme_id = {} AND c.id IN ("""
_LAST = """SELECT l.title FROM order_lines l WHERE l.programme_id = {} AND l.kind = 'product' AND l.title <> ''
    AND l.order_id = (SELECT max(o.id) FROM orders o WHERE o.programme_id = {} AND o.customer_id = {}
      AND o.status = 'paid') ORDER BY l.position LIMIT 1"""


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody a message goes to, with a value for every field it has; None: there is nothing to say.

    `time_zone` None: theirs is the programme’s. `measured`: it may be noted whether they open a mail.
    """

    id: int
    uid: str
    email: str | None
    phone: str | None
    time_zone: str | None
    values: dict[str, str | None]
    measured: bool = False


async def readers(programme: Programme, ids: Sequence[int]) -> dict[int, Reader]:
    """Those of `ids` with what one statement tells of them."""
    marks = ", ".join(["{}"] * len(ids))
    found = await rows(f"{_PEOPLE}{marks})", programme.id, *ids)
    return {row["id"]: _reader(programme, row) for row in found}


async def complete(programme: Programme, reader: Reader, needed: frozenset[str], language: Language) -> None:
    """Look up what else `needed` names, as it is now: a gift is in the balance already."""
    values = reader.values
    if needed & _POINTS:
        values |= _points(programme, await balance(programme.id, reader.id), language)
    if needed & _REWARDS:
        values |= _next(programme, await offers(programme.id, reader.id), language)
    if "last_product" in needed:
        bought = await rows(_LAST, programme.id, programme.id, reader.id)
        values["last_product"] = bought[0]["title"] if bought else None
    if any(name.startswith(PREFERENCE) for name in needed):
        for told in (await standing(programme.id, reader.id, clock.now())).values():
            values[PREFERENCE + told.key] = ", ".join(told.labels)


def _reader(programme: Programme, row: Mapping[str, Any]) -> Reader:
    values = {"first_name": row["first_name"], "tier": row["tier"], "programme": programme.name}
    measured = programme.measures_opens and bool(row["opens"])
    return Reader(row["id"], row["uid"], row["email"], row["phone"], row["time_zone"], values, measured)


def _points(programme: Programme, has: Balance, language: Language) -> dict[str, str | None]:
    soon = has.next_expiry
    day = last_day(soon.at, zone(programme.time_zone)) if soon else None
    return {
        "points_balance": number(max(0, has.available), programme, language),
        "points_expiring": number(soon.points, programme, language) if soon else None,
        "expiring_on": long_day(day, programme, language) if day else None,
    }


def _next(programme: Programme, offered: Sequence[Offer], language: Language) -> dict[str, str | None]:
    """The cheapest reward that only points keep them from."""
    lacking = [
        (each.refusal.missing, each.reward.about.name)
        for each in offered
        if each.refusal and each.refusal.missing
    ]
    if not lacking:
        return {"next_reward": None, "points_to_next_reward": None}
    missing, name = min(lacking)
    return {"next_reward": name, "points_to_next_reward": number(missing, programme, language)}
