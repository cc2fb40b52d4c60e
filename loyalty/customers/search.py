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


ANY = Condition("1 = 1")
EVERYBODY = Condition("customers c")


@dataclass(frozen=True, slots=True)
class People:
    """Who was meant. `few`: their ids. None: too many to name, and `condition` recognises them.

    `condition` reads the table `c` (customers). `source`: a SELECT of the `id` of all of them, and maybe of others,
    by an index; None: nothing but reading everybody finds them. `rest`: what is still to be asked of whom it finds.
    `some`: the first that were found so, where they were looked at.
    """

    few: tuple[int, ...] | None
    condition: Condition
    source: Condition | None = None
    rest: Condition | None = None
    some: tuple[int, ...] = ()

    @property
    def nobody(self) -> bool:
        return self.few == ()

    @property
    def table(self) -> Condition:
        """The table `c` (customers), no more of it than must be read to meet them all."""
        if self.few is not None:
            return by_ids(self.few)
        return behind(self.source) if self.source else EVERYBODY

    @property
    def asked(self) -> Condition:
        """What is asked of each in that table."""
        if self.few is not None:
            return ANY
        return self.rest or self.condition


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
    source, rest = _by_index(programme_id, typed)
    some = await _some(source) if source else ()
    found = None
    if len(some) <= FEW:
        found = await _meant(programme_id, by_ids(some) if source else EVERYBODY, rest)
    if found is not None:
        few = tuple(dict.fromkeys([*whole, *found]))
        return People(few, among("c.id", few))
    if not whole:
        return People(None, matching, source, rest, some)
    named = among("c.id", whole)
    return People(None, Condition(f"(({matching.sql}) OR {named.sql})", (*matching.args, *named.args)))


async def _some(source: Condition) -> tuple[int, ...]:
    """Whom an index finds, up to one more than are FEW."""
    some = first(FEW + 1, source)
    return tuple(row["id"] for row in await rows(some.sql, *some.args))


async def _meant(programme_id: int, table: Condition, asked: Condition) -> list[int] | None:
    """Whom of a table words mean; None: more than FEW."""
    found = await rows(
        f"SELECT coalesce(c.merged_into, c.id) AS id FROM {table.sql}"
        f" WHERE c.programme_id = {{}} AND {asked.sql} LIMIT {FEW + 1}",
        *table.args,
        programme_id,
        *asked.args,
    )
    return None if len(found) > FEW else [row["id"] for row in found]


def counting(source: Condition) -> str:
    """What a SELECT says to count a source, to one more than are FEW."""
    return f"(SELECT count(*) FROM ({first(FEW + 1, source).sql}) counted)"


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
    """The table `c` (customers) of these ids alone."""
    return behind(these(ids))


def these(ids: tuple[int, ...]) -> Condition:
    """A source of these ids."""
    if is_sqlite():
        return Condition("SELECT value AS id FROM json_each({})", (json.dumps(ids),))
    return Condition("SELECT unnest(CAST({} AS BIGINT[])) AS id", (list(ids),))


def first(most: int, source: Condition) -> Condition:
    """At most so many of a source."""
    return Condition(f"SELECT f.id FROM ({source.sql}) f LIMIT {most}", source.args)


def behind(source: Condition) -> Condition:
    """The table `c` (customers) of a source's ids alone, read id by id: SQLite's planner, which keeps no count
    of rows, would rather walk everybody; CROSS JOIN keeps it from that.
    """
    join = "CROSS JOIN" if is_sqlite() else "JOIN"
    return Condition(f"({source.sql}) f {join} customers c ON c.id = f.id", source.args)


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
    return Condition(" AND ".join(conditions), tuple(args)) if conditions else ANY


def _by_index(programme_id: int, typed: tuple[str, ...]) -> tuple[Condition | None, Condition]:
    """Who has these words anywhere, by trigrams, and what is still to be asked of them; None for words without any."""
    long = tuple(word for word in typed if len(word) >= _SHORTEST)
    if not long:
        return None, _matching(typed)
    if is_sqlite():
        looked_up = tuple(map(_telling, long))
        terms = " AND ".join('"' + word.replace('"', '""') + '"' for word in looked_up)
        found = Condition(
            "SELECT rowid AS id FROM customers_search WHERE customers_search MATCH {}", (terms,)
        )
    else:
        looked_up, having = long, _matching(long)
        # All of them are planned for, or the planner would read everybody until it has met enough.
        found = Condition(
            "WITH found AS MATERIALIZED (SELECT c.id FROM customers c WHERE c.programme_id = {}"
            f" AND {having.sql}) SELECT found.id FROM found",
            (programme_id, *having.args),
        )
    return found, _matching(tuple(word for word in typed if word not in looked_up))


def _telling(word: str) -> str:
    """What of a word SQLite's index is asked for: of an address the part that isn't everybody's, up to its @."""
    mailbox, at, _ = word.partition("@")
    return mailbox + at if len(mailbox + at) >= _SHORTEST else word
