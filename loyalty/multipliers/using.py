"""Which multipliers an order uses, in the order's own transaction and under the account's lock (PRODUCT I3).

A multiplier belongs to at most one order at a time: `order_id` on its row says to which.
"""

from collections.abc import Sequence
from datetime import datetime

from db.engine import loads, rows, run
from loyalty.ledger.accounts import Account
from loyalty.once import nobody_has
from loyalty.rules.multipliers import Multiplier, scope_from_dict

MOST = 50
"""How many multipliers of one customer an order looks at: those that give most."""

_WAITING = """SELECT id, percent, scope FROM multipliers WHERE programme_id = {} AND customer_id = {}
    AND status = 'waiting' AND granted_at <= {} AND valid_until > {} ORDER BY percent DESC, valid_until, id LIMIT {}"""
_HOLD = """UPDATE multipliers SET status = 'used', order_id = {{}}, used_at = coalesce(used_at, {{}})
    WHERE programme_id = {{}} AND customer_id = {{}} AND id IN ({marks})
      AND (status = 'waiting' OR order_id = {{}}) RETURNING id"""
_RETURN = """UPDATE multipliers SET status = 'waiting', order_id = NULL, used_at = NULL
    WHERE programme_id = {} AND order_id = {}"""


async def waiting(account: Account, at: datetime) -> tuple[Multiplier, ...]:
    """What the customer had at a moment and no order uses, the best first, soonest to end before later."""
    if await nobody_has("multipliers", account.programme.id):
        return ()
    found = await rows(_WAITING, *account.key, at, at, MOST)
    return tuple(Multiplier(row["id"], row["percent"], scope_from_dict(loads(row["scope"]))) for row in found)


async def hold(account: Account, order_id: int, wanted: Sequence[Multiplier]) -> tuple[Multiplier, ...]:
    """Bind them to the order, or keep them bound. Left out: what another order uses or staff withdrew."""
    if not wanted:
        return ()
    marks = ", ".join(["{}"] * len(wanted))
    ids = [each.id for each in wanted]
    held = await run(_HOLD.format(marks=marks), order_id, account.now, *account.key, *ids, order_id)
    mine = {row["id"] for row in held}
    return tuple(each for each in wanted if each.id in mine)


async def give_back(programme_id: int, order_id: int) -> None:
    """Let what the order used wait for another one: it was refunded in full, or cancelled."""
    await run(_RETURN, programme_id, order_id)


async def names(programme_id: int, used: Sequence[Multiplier]) -> list[str]:
    """What they are called, the strongest first."""
    if not used:
        return []
    marks = ", ".join(["{}"] * len(used))
    found = await rows(
        f"SELECT name FROM multipliers WHERE programme_id = {{}} AND id IN ({marks}) ORDER BY percent DESC, id",
        programme_id,
        *(each.id for each in used),
    )
    return [row["name"] for row in found]
