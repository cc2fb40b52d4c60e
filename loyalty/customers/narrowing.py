"""What a customer filter means in SQL: the few it names, or how the many are recognised (PRODUCT B1).

Each filter has a test, which reads the table `c` (customers), and most have a source: an index that holds its
people together. The smallest source is read where it holds no more than FEW; so nothing that is read grows with
the programme. Else the list is walked in its order, which soon meets a page of so many.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from db.engine import one, rows
from db.enums import CustomerType
from loyalty import clock, programmes
from loyalty.customers import search
from loyalty.customers.filters import NO_TIER, CustomerFilter
from loyalty.customers.search import ANY, Condition, People, among, behind, counting, first, these
from loyalty.rules.days import Days, zone

SPENDABLE = """coalesce((SELECT sum(l.remaining) FROM lots l WHERE l.programme_id = c.programme_id
        AND l.customer_id = c.id AND l.remaining > 0 AND l.available_at <= {}
        AND (l.lapses_at IS NULL OR l.lapses_at > {} OR (c.type = 'left' AND
          (SELECT p.pause_expiry_while_left FROM programmes p WHERE p.programme_id = c.programme_id)))), 0)"""
"""Points in lots that can be spent at a moment; a due expiry that nobody posted yet is deducted (C2)."""

_TIER_ID = "(SELECT t.id FROM tiers t WHERE t.programme_id = {} AND t.uid = {})"
_SEGMENT_ID = (
    "(SELECT w.id FROM segments w WHERE w.programme_id = {} AND w.uid = {} AND w.archived_at IS NULL)"
)
_IN_TIER = f"customer_tiers x WHERE x.programme_id = {{}} AND x.tier_id = {_TIER_ID}"
_IN_SEGMENT = f"segment_members x WHERE x.programme_id = {{}} AND x.segment_id = {_SEGMENT_ID}"
_IN_BOTH = f"{_IN_SEGMENT} AND x.tier_id = {_TIER_ID}"
_TAGGED = "customer_tags x WHERE x.programme_id = {} AND x.tag = {}"
_TOLD = "preference_choices x WHERE x.programme_id = {} AND x.question_key = {} AND x.option_key = {}"
_TIERLESS = """c.type = 'member' AND NOT EXISTS (SELECT 1 FROM customer_tiers s
    WHERE s.programme_id = c.programme_id AND s.customer_id = c.id AND s.tier_id IS NOT NULL)"""
_STORE = "(SELECT w.id FROM stores w WHERE w.programme_id = {} AND w.uid = {})"
# In the order of the store's own index, which SQLite would leave for all orders where most are one store's.
_KNOWN_AT = f"""SELECT 1 AS source, customer_id FROM (SELECT i.customer_id FROM customer_identities i
        WHERE i.programme_id = {{}} AND i.store_id = {_STORE} ORDER BY i.external_id LIMIT {search.FEW + 1}) known
    UNION ALL SELECT 2, customer_id FROM (SELECT o.customer_id FROM orders o
        WHERE o.programme_id = {{}} AND o.store_id = {_STORE} ORDER BY o.external_id LIMIT {search.FEW + 1}) bought"""
_AT_STORE = f"""(EXISTS (SELECT 1 FROM customer_identities i
      WHERE i.programme_id = c.programme_id AND i.customer_id = c.id AND i.store_id = {_STORE})
    OR EXISTS (SELECT 1 FROM orders o
      WHERE o.programme_id = c.programme_id AND o.customer_id = c.id AND o.store_id = {_STORE}))"""
# What is available is never more than the balance, so the balance's index may begin.
_HOLDING = "SELECT a.customer_id AS id FROM accounts a WHERE a.programme_id = {} AND a.balance >= {}"
_EVERYBODY = "SELECT k.id FROM customers k WHERE k.programme_id = {}"
AVAILABLE = f"""{SPENDABLE} - coalesce((SELECT b.debt FROM accounts b
    WHERE b.programme_id = c.programme_id AND b.customer_id = c.id), 0)"""
"""What can be spent less what is owed. Two values: the moment, twice."""


UNMERGED = Condition("c.merged_into IS NULL")
"""A record that became part of another isn't a person of its own any more (PRODUCT B6)."""


@dataclass(frozen=True, slots=True)
class Part:
    """One filter: `test` recognises its people in `c`, `source` finds them all by an index.

    `rest`: what is to be asked in `c` of whom the source finds, where it finds others, too.
    """

    test: Condition
    source: Condition | None = None
    rest: Condition = ANY


async def people(programme_id: int, wanted: CustomerFilter) -> People | None:
    """Whom the filter lets through, its type left out; None when that is everybody."""
    found = await search.people(programme_id, wanted.q)
    parts = await _parts(programme_id, wanted)
    if not parts:
        return found
    if found and found.few is not None:
        return await _named(programme_id, these(found.few), all_of(*(part.test for part in parts), UNMERGED))
    if found:  # of two that both have too many, the words most likely have fewer
        parts.insert(0, Part(found.condition, found.source, found.asked))
    tests = all_of(*(part.test for part in parts), UNMERGED)
    known = [part for part in parts if part.source] or [Part(ANY, everybody(programme_id))]
    smallest, size = await _smallest(known)
    assert smallest.source is not None
    rest = all_of(smallest.rest, *(part.test for part in parts if part is not smallest), UNMERGED)
    if size <= search.FEW:
        return await _named(programme_id, smallest.source, rest)
    return People(None, tests, smallest.source, rest) if smallest in parts else People(None, tests)


async def _named(programme_id: int, source: Condition, rest: Condition) -> People:
    """Those of a source of at most FEW; PostgreSQL's planner is told that they are few."""
    table = behind(first(search.FEW, source))
    few = await rows(
        f"SELECT c.id FROM {table.sql} WHERE c.programme_id = {{}} AND {rest.sql}",
        *table.args,
        programme_id,
        *rest.args,
    )
    ids = tuple(row["id"] for row in few)
    return People(ids, among("c.id", ids))


async def _smallest(parts: Sequence[Part]) -> tuple[Part, int]:
    """The part whose source has the fewest, and how many, counted to one more than are FEW."""
    sources = [part.source for part in parts if part.source]
    counts = ", ".join(f"{counting(source)} AS of_{place}" for place, source in enumerate(sources))
    counted = await one(f"SELECT {counts}", *(value for source in sources for value in source.args))
    assert counted is not None
    sizes = [int(counted[f"of_{place}"]) for place in range(len(sources))]
    place = sizes.index(min(sizes))
    return parts[place], sizes[place]


def of_type(kind: CustomerType) -> Condition:
    return Condition("c.type = {}", (kind,))


async def _parts(programme_id: int, wanted: CustomerFilter) -> list[Part]:
    parts = _standing(programme_id, wanted)
    if wanted.tag:
        parts.append(_listed(_TAGGED, programme_id, wanted.tag))
    if wanted.told:
        question, _, option = wanted.told.rpartition(":")
        parts.append(_listed(_TOLD, programme_id, question, option))
    if wanted.store:
        parts.append(await _at_store(programme_id, wanted.store))
    if wanted.least is not None or wanted.most is not None:
        parts.append(_balance(programme_id, wanted.least, wanted.most))
    joined = Days(wanted.joined_since, wanted.joined_until)
    active = Days(wanted.active_since, wanted.active_until)
    if joined == active == Days():
        return parts
    here = zone((await programmes.get(programme_id)).time_zone)
    during = [
        _during(programme_id, "joined_at", joined, here),
        _during(programme_id, "last_activity_at", active, here),
    ]
    return [*parts, *(part for part in during if part)]


def _standing(programme_id: int, wanted: CustomerFilter) -> list[Part]:
    """The tier and the segment. Both together are one filter, for whom members' tiers stand beside their segment."""
    parts = list[Part]()
    if wanted.tier == NO_TIER:
        parts.append(Part(Condition(_TIERLESS)))
    elif wanted.tier:
        parts.append(_listed(_IN_TIER, programme_id, programme_id, wanted.tier))
    segment = (programme_id, programme_id, wanted.segment)
    if wanted.segment and wanted.tier not in ("", NO_TIER):
        return [_listed(_IN_BOTH, *segment, programme_id, wanted.tier)]
    return [*parts, _listed(_IN_SEGMENT, *segment)] if wanted.segment else parts


def _listed(those: str, *args: object) -> Part:
    """Whoever has a row `x` among those of a table."""
    return Part(
        Condition(f"EXISTS (SELECT 1 FROM {those} AND x.customer_id = c.id)", args),
        Condition(f"SELECT x.customer_id AS id FROM {those}", args),
    )


async def _at_store(programme_id: int, uid: str) -> Part:
    """Whoever has an account at a store or bought there."""
    store = (programme_id, uid)
    known = await rows(_KNOWN_AT, programme_id, *store, programme_id, *store)
    if all(sum(row["source"] == source for row in known) <= search.FEW for source in (1, 2)):
        ids = tuple({row["customer_id"] for row in known})
        return Part(among("c.id", ids), these(ids))
    return Part(Condition(_AT_STORE, (*store, *store)))


def _balance(programme_id: int, least: int | None, most: int | None) -> Part:
    """Guests have no balance (A1), whatever is waiting for them."""
    now = clock.now()
    tests = [Condition("c.type <> 'guest'")]
    if least is not None:
        tests.append(Condition(f"{AVAILABLE} >= {{}}", (now, now, least)))
    if most is not None:
        tests.append(Condition(f"{AVAILABLE} <= {{}}", (now, now, most)))
    holding = None if least is None else Condition(_HOLDING, (programme_id, least))
    test = all_of(*tests)
    return Part(test, holding, test)


def _during(programme_id: int, column: str, days: Days, here: ZoneInfo) -> Part | None:
    since, until = days.bounds(here)
    bounds = [Condition("{column} >= {}", (since,))] if since else []
    bounds += [Condition("{column} < {}", (until,))] if until else []
    if not bounds:
        return None
    within = all_of(*bounds)
    return Part(
        Condition(within.sql.replace("{column}", f"c.{column}"), within.args),
        Condition(
            f"{_EVERYBODY} AND {within.sql.replace('{column}', f'k.{column}')}", (programme_id, *within.args)
        ),
    )


def everybody(programme_id: int) -> Condition:
    """The source of everybody."""
    return Condition(_EVERYBODY, (programme_id,))


def all_of(*parts: Condition) -> Condition:
    return Condition(
        " AND ".join(part.sql for part in parts), tuple(arg for part in parts for arg in part.args)
    )
