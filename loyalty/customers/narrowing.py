"""What a customer filter means in SQL: the few it names, or how the many are recognised (PRODUCT B1).

Each condition reads the table `c` (customers) and begins with an index of its own. Up to FEW people are
then read by their ids; where more match, walking the list in its order soon finds a page of them.
"""

from zoneinfo import ZoneInfo

from db.engine import rows
from db.enums import CustomerType
from loyalty import clock, programmes
from loyalty.customers import search
from loyalty.customers.filters import NO_TIER, CustomerFilter
from loyalty.customers.search import FEW, Condition, People, among, by_ids
from loyalty.rules.days import Days, zone

SPENDABLE = """coalesce((SELECT sum(l.remaining) FROM lots l WHERE l.programme_id = c.programme_id
        AND l.customer_id = c.id AND l.remaining > 0 AND l.available_at <= {}
        AND (l.lapses_at IS NULL OR l.lapses_at > {} OR (c.type = 'left' AND
          (SELECT p.pause_expiry_while_left FROM programmes p WHERE p.programme_id = c.programme_id)))), 0)"""
"""Points in lots that can be spent at a moment; a due expiry that nobody posted yet is deducted (C2)."""

_TIER = """c.id IN (SELECT s.customer_id FROM customer_tiers s WHERE s.programme_id = {}
    AND s.tier_id = (SELECT t.id FROM tiers t WHERE t.programme_id = {} AND t.uid = {}))"""
_TIERLESS = """c.type = 'member' AND NOT EXISTS (SELECT 1 FROM customer_tiers s
    WHERE s.programme_id = c.programme_id AND s.customer_id = c.id AND s.tier_id IS NOT NULL)"""
_SEGMENT = """c.id IN (SELECT m.customer_id FROM segment_members m WHERE m.programme_id = {}
    AND m.segment_id = (SELECT w.id FROM segments w WHERE w.programme_id = {} AND w.uid = {}
      AND w.archived_at IS NULL))"""
_TAG = "c.id IN (SELECT g.customer_id FROM customer_tags g WHERE g.programme_id = {} AND g.tag = {})"
_TOLD = """c.id IN (SELECT h.customer_id FROM preference_choices h WHERE h.programme_id = {}
    AND h.question_key = {} AND h.option_key = {})"""
_STORE = "(SELECT w.id FROM stores w WHERE w.programme_id = {} AND w.uid = {})"
_KNOWN_AT = f"""SELECT 1 AS source, customer_id FROM (SELECT i.customer_id FROM customer_identities i
        WHERE i.programme_id = {{}} AND i.store_id = {_STORE} LIMIT {FEW + 1}) known
    UNION ALL SELECT 2, customer_id FROM (SELECT o.customer_id FROM orders o
        WHERE o.programme_id = {{}} AND o.store_id = {_STORE} LIMIT {FEW + 1}) bought"""
_AT_STORE = f"""(EXISTS (SELECT 1 FROM customer_identities i
      WHERE i.programme_id = c.programme_id AND i.customer_id = c.id AND i.store_id = {_STORE})
    OR EXISTS (SELECT 1 FROM orders o
      WHERE o.programme_id = c.programme_id AND o.customer_id = c.id AND o.store_id = {_STORE}))"""
# What is available is never more than the balance, so the balance's index may begin.
_HOLDING = """c.id IN (SELECT a.customer_id FROM accounts a WHERE a.programme_id = {} AND a.balance >= {})"""
AVAILABLE = f"""{SPENDABLE} - coalesce((SELECT b.debt FROM accounts b
    WHERE b.programme_id = c.programme_id AND b.customer_id = c.id), 0)"""
"""What can be spent less what is owed. Two values: the moment, twice."""


UNMERGED = Condition("c.merged_into IS NULL")
"""A record that became part of another isn't a person of its own any more (PRODUCT B6)."""


async def people(programme_id: int, wanted: CustomerFilter) -> People | None:
    """Whom the filter lets through, its type left out; None when that is everybody."""
    found = await search.people(programme_id, wanted.q)
    parts = await _conditions(programme_id, wanted)
    if not parts:
        return found
    parts.append(UNMERGED)
    all_of = _all([found.condition, *parts] if found else parts)
    source = by_ids(found.few) if found and found.few is not None else Condition("customers c")
    few = await rows(
        f"SELECT c.id FROM {source.sql} WHERE c.programme_id = {{}} AND {all_of.sql} LIMIT {FEW + 1}",
        *source.args,
        programme_id,
        *all_of.args,
    )
    if len(few) > FEW:
        return People(None, all_of)
    ids = tuple(row["id"] for row in few)
    return People(ids, among("c.id", ids))


def of_type(kind: CustomerType) -> Condition:
    return Condition("c.type = {}", (kind,))


async def _conditions(programme_id: int, wanted: CustomerFilter) -> list[Condition]:
    parts = []
    if wanted.tier == NO_TIER:
        parts.append(Condition(_TIERLESS))
    elif wanted.tier:
        parts.append(Condition(_TIER, (programme_id, programme_id, wanted.tier)))
    if wanted.segment:
        parts.append(Condition(_SEGMENT, (programme_id, programme_id, wanted.segment)))
    if wanted.tag:
        parts.append(Condition(_TAG, (programme_id, wanted.tag)))
    if wanted.told:
        question, _, option = wanted.told.rpartition(":")
        parts.append(Condition(_TOLD, (programme_id, question, option)))
    if wanted.store:
        parts.append(await _at_store(programme_id, wanted.store))
    if wanted.least is not None or wanted.most is not None:
        parts.append(_balance(programme_id, wanted.least, wanted.most))
    joined = Days(wanted.joined_since, wanted.joined_until)
    active = Days(wanted.active_since, wanted.active_until)
    if joined == active == Days():
        return parts
    here = zone((await programmes.get(programme_id)).time_zone)
    return [*parts, *_during("c.joined_at", joined, here), *_during("c.last_activity_at", active, here)]


async def _at_store(programme_id: int, uid: str) -> Condition:
    """Whoever has an account at a store or bought there."""
    store = (programme_id, uid)
    known = await rows(_KNOWN_AT, programme_id, *store, programme_id, *store)
    if all(sum(row["source"] == source for row in known) <= FEW for source in (1, 2)):
        return among("c.id", tuple({row["customer_id"] for row in known}))
    return Condition(_AT_STORE, (*store, *store))


def _balance(programme_id: int, least: int | None, most: int | None) -> Condition:
    """Guests have no balance (A1), whatever is waiting for them."""
    now = clock.now()
    parts = [Condition("c.type <> 'guest'")]
    if least is not None:
        parts.append(Condition(_HOLDING, (programme_id, least)))
        parts.append(Condition(f"{AVAILABLE} >= {{}}", (now, now, least)))
    if most is not None:
        parts.append(Condition(f"{AVAILABLE} <= {{}}", (now, now, most)))
    return _all(parts)


def _during(column: str, days: Days, here: ZoneInfo) -> list[Condition]:
    since, until = days.bounds(here)
    parts = [Condition(f"{column} >= {{}}", (since,))] if since else []
    return [*parts, Condition(f"{column} < {{}}", (until,))] if until else parts


def _all(parts: list[Condition]) -> Condition:
    return Condition(
        " AND ".join(part.sql for part in parts), tuple(arg for part in parts for arg in part.args)
    )
