"""Explain this balance, as a page asks for it: the lots of now, and what there was on a day (PRODUCT O3)."""

from dataclasses import dataclass
from datetime import date

from db.engine import one, snapshot
from loyalty import programmes
from loyalty.errors import NotFound
from loyalty.ledger.balances import Balance, balance
from loyalty.ledger.explaining import explain
from loyalty.ledger.explanations import Explanation
from loyalty.ledger.lifetimes import zone_of
from loyalty.rules.days import day_end


@dataclass(frozen=True, slots=True)
class Explained:
    """`then` is the balance at the end of the day that was asked for, None when none was."""

    now: Explanation
    then: Balance | None


async def explained(
    programme_id: int, uid: str, day: date | None = None, *, spent: bool = False
) -> Explained:
    """Where a customer's balance comes from, and what it was at the end of `day`. Raises NotFound."""
    async with snapshot():
        found = await one("SELECT id FROM customers WHERE programme_id = {} AND uid = {}", programme_id, uid)
        if found is None:
            raise NotFound("There is no such customer in this programme.")
        now, then = await explain(programme_id, uid, spent=spent), None
        if day is not None:
            end = day_end(day, zone_of(await programmes.get(programme_id)))
            then = await balance(programme_id, found["id"], end)
        return Explained(now, then)
