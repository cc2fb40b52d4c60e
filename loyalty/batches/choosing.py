"""Who is meant: people picked by hand, everybody a filter lets through, whoever has something of a campaign (B1).

Everybody is said by the filter, never by a list of ids: it is asked once, and what it answers is kept.
"""

from dataclasses import dataclass
from typing import Any

from db.engine import run, value
from loyalty.campaigns import ending
from loyalty.customers import narrowing
from loyalty.customers.filters import CustomerFilter
from loyalty.customers.search import Condition
from loyalty.rules.batches import MOST_PICKED


@dataclass(frozen=True, slots=True)
class Selection:
    """`everybody` the filter lets through; else who still has something of the `campaign` with this public id; else
    the people with these `uids`.
    """

    everybody: CustomerFilter | None = None
    uids: tuple[str, ...] = ()
    campaign: str = ""


async def count(programme_id: int, chosen: Selection) -> int:
    """How many people are meant now, exactly."""
    of, where = await _where(programme_id, chosen)
    found = await value(
        f"SELECT count(*) FROM {of.sql} WHERE c.programme_id = {{}} AND {where.sql}",
        *of.args,
        programme_id,
        *where.args,
    )
    return int(found)


async def keep(programme_id: int, batch_id: int, chosen: Selection) -> int:
    """Write down who is meant now, in the caller's transaction. Returns how many."""
    of, where = await _where(programme_id, chosen)
    await run(
        "INSERT INTO batch_people (programme_id, batch_id, customer_id, state)"
        f" SELECT c.programme_id, CAST({{}} AS BIGINT), c.id, 'waiting' FROM {of.sql}"
        f" WHERE c.programme_id = {{}} AND {where.sql}",
        batch_id,
        *of.args,
        programme_id,
        *where.args,
    )
    kept = "SELECT count(*) FROM batch_people WHERE programme_id = {} AND batch_id = {}"
    return int(await value(kept, programme_id, batch_id))


async def _where(programme_id: int, chosen: Selection) -> tuple[Condition, Condition]:
    """The table `c` and what to ask of it."""
    everybody = Condition("customers c")
    if chosen.campaign:
        return everybody, await ending.who(programme_id, chosen.campaign)
    if chosen.everybody is None:
        uids: tuple[Any, ...] = tuple(dict.fromkeys(chosen.uids))[:MOST_PICKED]
        marks = ", ".join(["{}"] * len(uids)) or "NULL"
        return everybody, Condition(f"c.uid IN ({marks}) AND c.merged_into IS NULL", uids)
    wanted = chosen.everybody
    found = await narrowing.people(programme_id, wanted)
    parts = [narrowing.UNMERGED] + ([found.asked] if found else [])
    if wanted.type:
        parts.append(narrowing.of_type(wanted.type))
    where = Condition(
        " AND ".join(part.sql for part in parts), tuple(arg for part in parts for arg in part.args)
    )
    return (found.table if found else everybody), where
