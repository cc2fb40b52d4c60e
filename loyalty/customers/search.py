"""Who a search box means: words in any order, an address, a phone however written, or an exact code.

A whole address means whoever has it; part of one, everybody in whose address it stands. Words of three
letters and more are found anywhere in the folded text, shorter ones at the start of a word. Codes, a
platform's customer id and an order's name are looked up whole, by index. PRODUCT B1.
"""

import json
from dataclasses import dataclass

from db.engine import is_sqlite, one_of, rows, value
from loyalty.errors import Invalid
from loyalty.rules.codes import normalised_code
from loyalty.rules.orders import fold, normalised_email

FEW = 2_000
"""Up to so many people are named by id; more are recognised while their list is walked."""

_SHORTEST = 3
_TELLING = 6
_WORDS = 8
_AROUND = ",;:.()<>\"'"
_PHONE = frozenset("0123456789+()-./ ")
_DIGITS_OF_A_PHONE = 5

# A record that was merged into another means that one (PRODUCT B6).
_EXACT = """SELECT customer_id AS id FROM customer_identities WHERE programme_id = {0} AND external_id = {1}
    UNION SELECT coalesce(merged_into, id) FROM customers WHERE programme_id = {0} AND referral_code IN ({1}, {2})
    UNION SELECT coalesce(merged_into, id) FROM customers WHERE programme_id = {0} AND card_number = {1}
    UNION SELECT customer_id FROM issued_rewards
        WHERE programme_id = {0} AND code = {3} AND customer_id IS NOT NULL"""
_BY_ORDER = """UNION SELECT customer_id FROM orders
    WHERE programme_id = {0} AND name IN ({1}, {4})"""


@dataclass(frozen=True, slots=True)
class Condition:
    """A piece of SQL with `{}` marks, and their values in order."""

    sql: str
    args: tuple[object, ...] = ()


@dataclass(frozen=True, slots=True)
class People:
    """Who was meant. `few`: their ids. None: too many to name, and `condition` recognises them.

    `condition` reads the table `c` (customers). `source`: that table behind the index that finds the many of a search.
    """

    few: tuple[int, ...] | None
    condition: Condition
    source: Condition | None = None

    @property
    def nobody(self) -> bool:
        return self.few == ()


def words(q: str) -> tuple[str, ...]:
    """What was typed, folded, each word once; a phone as its digits without leading zeros.

    “Okafor, Ines” means the two names: what punctuation leaves at the ends of a word is no part of it.
    """
    digits = "".join(char for char in q if char.isdecimal())
    if len(digits) >= _DIGITS_OF_A_PHONE and set(q) <= _PHONE:
        return (digits.lstrip("0") or digits,)
    bare = (word.strip(_AROUND) for word in fold(q.replace("\0", "")).split())
    return tuple(dict.fromkeys(word for word in bare if word))[:_WORDS]


async def people(programme_id: int, q: str, *, by_order: bool = True) -> People | None:
    """The customers a search means; None when nothing was typed. `by_order`: an order's name counts too."""
    if not q.strip():
        return None
    whole = await exact(programme_id, q.strip(), by_order=by_order)
    typed = words(q)
    owner = await _whose_address(programme_id, q)
    if owner is not None:
        whole = tuple(dict.fromkeys((*whole, owner)))
    if owner is not None or not typed:
        return People(whole, among("c.id", whole))
    matching = _matching(typed)
    source = _by_index(typed)
    found = await rows(
        f"SELECT coalesce(c.merged_into, c.id) AS id FROM {source.sql}"
        f" WHERE c.programme_id = {{}} AND {matching.sql} LIMIT {FEW + 1}",
        *source.args,
        programme_id,
        *matching.args,
    )
    if len(found) <= FEW:
        few = tuple(dict.fromkeys([*whole, *(row["id"] for row in found)]))
        return People(few, among("c.id", few))
    if not whole:
        return People(None, matching, source)
    named = among("c.id", whole)
    return People(None, Condition(f"(({matching.sql}) OR {named.sql})", (*matching.args, *named.args)))


async def _whose_address(programme_id: int, q: str) -> int | None:
    """Whom a whole address names. All trigrams of one, its domain's among them, would be looked for in everybody's."""
    key = normalised_email(q) if "@" in q else None
    if key is None:
        return None
    found: int | None = await value(
        "SELECT coalesce(merged_into, id) FROM customers WHERE programme_id = {} AND email_key = {}",
        programme_id,
        key,
    )
    return found


async def orders(programme_id: int, q: str) -> tuple[int, ...]:
    """The ids of orders with this very name, with or without its number sign."""
    found = await rows(
        "SELECT id FROM orders WHERE programme_id = {} AND name IN ({}, {})", programme_id, q, f"#{q}"
    )
    return tuple(row["id"] for row in found)


def among(column: str, ids: tuple[int, ...]) -> Condition:
    """That a column is one of these ids, as one value however many they are."""
    return Condition(*one_of(column, ids))


def by_ids(ids: tuple[int, ...]) -> Condition:
    """The table `c` (customers) of these ids alone, read id by id: SQLite's planner, which keeps no count
    of rows, would rather walk everybody.
    """
    if is_sqlite():
        return Condition("json_each({}) f CROSS JOIN customers c ON c.id = f.value", (json.dumps(ids),))
    return Condition(
        "unnest(CAST({} AS BIGINT[])) f (value) JOIN customers c ON c.id = f.value", (list(ids),)
    )


async def exact(programme_id: int, q: str, *, by_order: bool = False) -> tuple[int, ...]:
    """Whom an identifier names: a shop's id for them, a referral or reward code, a card, with `by_order` an order."""
    try:
        code = normalised_code(q)
    except Invalid:
        code = q.upper()
    sql, args = (_EXACT + " " + _BY_ORDER, (f"#{q}",)) if by_order else (_EXACT, ())
    found = await rows(sql, programme_id, q, q.upper(), code, *args)
    return tuple(row["id"] for row in found if row["id"] is not None)


def _matching(typed: tuple[str, ...]) -> Condition:
    conditions, args = [], []
    for word in typed:
        pattern = word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        if len(word) < _SHORTEST:
            conditions.append("(' ' || c.search) LIKE {} ESCAPE '\\'")
            args.append(f"% {pattern}%")
        else:
            conditions.append("c.search LIKE {} ESCAPE '\\'")
            args.append(f"%{pattern}%")
    return Condition(" AND ".join(conditions), tuple(args))


def _telling(word: str) -> str:
    """What of a word the index is asked for: of an address the part that isn't everybody's, where it is long enough."""
    mailbox, at, _ = word.partition("@")
    return mailbox if at and len(mailbox) >= _TELLING else word


def _by_index(typed: tuple[str, ...]) -> Condition:
    """The table `c`. On SQLite behind its trigrams, which CROSS JOIN keeps first; PostgreSQL's planner
    finds its own from the LIKE.
    """
    long = [_telling(word) for word in typed if len(word) >= _SHORTEST]
    if not long or not is_sqlite():
        return Condition("customers c")
    terms = " AND ".join('"' + word.replace('"', '""') + '"' for word in long)
    return Condition(
        "(SELECT rowid AS id FROM customers_search WHERE customers_search MATCH {}) f"
        " CROSS JOIN customers c ON c.id = f.id",
        (terms,),
    )
