"""The one box on every page: people, orders and codes, whatever is typed. PRODUCT B1.

Each kind is looked up by an index of its own, so it costs the same whatever the programme holds.
"""

from dataclasses import dataclass

from db.engine import Row, rows, snapshot
from db.enums import CustomerType, IssuedStatus
from loyalty.customers import search
from loyalty.customers.filters import LONGEST_SEARCH
from loyalty.customers.search import People, by_ids
from loyalty.errors import Invalid
from loyalty.rules.codes import normalised_code
from loyalty.rules.naming import name_of

MOST = 10

_WHO = "k.uid AS customer, k.first_name, k.last_name, k.email, k.phone, k.erased_at"
_ORDERS = f"""SELECT o.name, o.uid, o.total_minor, o.currency, {_WHO} FROM orders o
    JOIN customers k ON k.programme_id = o.programme_id AND k.id = o.customer_id
    WHERE o.programme_id = {{}} AND o.name IN ({{}}, {{}}) ORDER BY o.id DESC LIMIT {MOST}"""
_CODES = f"""SELECT i.code, i.status, r.name, {_WHO} FROM issued_rewards i
    JOIN rewards r ON r.programme_id = i.programme_id AND r.id = i.reward_id
    JOIN customers k ON k.programme_id = i.programme_id AND k.id = i.customer_id
    WHERE i.programme_id = {{}} AND i.code = {{}}"""


@dataclass(frozen=True, slots=True)
class FoundPerson:
    uid: str
    name: str
    email: str | None
    type: CustomerType


@dataclass(frozen=True, slots=True)
class FoundOrder:
    """`total` is minor units of `currency`."""

    name: str
    total: int
    currency: str
    customer: str
    who: str


@dataclass(frozen=True, slots=True)
class FoundCode:
    code: str
    reward: str
    status: IssuedStatus
    customer: str
    who: str


@dataclass(frozen=True, slots=True)
class Found:
    """What was found, at most ten of each; `more`: the list shows further people."""

    people: tuple[FoundPerson, ...]
    orders: tuple[FoundOrder, ...]
    codes: tuple[FoundCode, ...]
    more: bool = False
    exact: bool = False

    @property
    def nothing(self) -> bool:
        return not (self.people or self.orders or self.codes)

    @property
    def clear(self) -> str | None:
        """The address of the one thing that was meant, None when there are several or none.

        A code is what it is. One order beats people, unless what was typed is one of theirs; an identifier
        of one person beats an order that happens to be called the same.
        """
        if len(self.codes) == 1:
            return f"/admin/customers/{self.codes[0].customer}?tab=rewards"
        if len(self.people) == 1 and (self.exact or not self.orders):
            return f"/admin/customers/{self.people[0].uid}"
        if len(self.orders) == 1 and not self.exact:
            return f"/admin/customers/{self.orders[0].customer}?tab=orders"
        return None


async def look_up(programme_id: int, q: str) -> Found:
    """People by name, e-mail, phone, card, external id and referral code; orders and rewards by theirs.

    Seven statements at most.
    """
    typed = " ".join(q.replace("\0", "").split())[:LONGEST_SEARCH]
    if not typed:
        return Found((), (), ())
    async with snapshot():
        bare = typed.lstrip("#").strip()
        orders = await rows(_ORDERS, programme_id, bare, f"#{bare}") if bare else []
        codes = await _codes(programme_id, typed)
        exact = await search.exact(programme_id, typed)
        meant = await search.people(programme_id, typed, by_order=False)
        people = await _people(programme_id, meant, exact)
    return Found(
        people=tuple(_person(row) for row in people[:MOST]),
        orders=tuple(_order(row) for row in orders),
        codes=tuple(_code(row) for row in codes),
        more=len(people) > MOST,
        exact=len(exact) == 1 and len(people) == 1,
    )


async def _codes(programme_id: int, typed: str) -> list[Row]:
    try:
        return await rows(_CODES, programme_id, normalised_code(typed))
    except Invalid:
        return []


async def _people(programme_id: int, meant: People | None, exact: tuple[int, ...]) -> list[Row]:
    """An identifier means its person alone; else those a search finds, the latest active first."""
    if meant is None or meant.nobody:
        return []
    few = exact or meant.few
    source = by_ids(few) if few is not None else None
    where = "c.programme_id = {} AND c.merged_into IS NULL"
    if source is not None:
        return await rows(
            f"SELECT c.uid, c.type, c.first_name, c.last_name, c.email, c.phone, c.erased_at FROM {source.sql}"
            f" WHERE {where} ORDER BY c.last_activity_at DESC, c.id DESC LIMIT {MOST + 1}",
            *source.args,
            programme_id,
        )
    return await rows(
        "SELECT c.uid, c.type, c.first_name, c.last_name, c.email, c.phone, c.erased_at FROM customers c"
        f" WHERE {where} AND {meant.condition.sql}"
        f" ORDER BY c.last_activity_at DESC, c.id DESC LIMIT {MOST + 1}",
        programme_id,
        *meant.condition.args,
    )


def _person(row: Row) -> FoundPerson:
    return FoundPerson(row["uid"], name_of(row), row["email"], CustomerType(row["type"]))


def _order(row: Row) -> FoundOrder:
    return FoundOrder(row["name"], row["total_minor"], row["currency"], row["customer"], name_of(row))


def _code(row: Row) -> FoundCode:
    who = {name: row[name] for name in ("first_name", "last_name", "email", "phone", "erased_at")}
    return FoundCode(row["code"], row["name"], IssuedStatus(row["status"]), row["customer"], name_of(who))
