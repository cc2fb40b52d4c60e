"""Who the other record may be: people a search finds, and who shares a phone or a name."""

from dataclasses import dataclass

from db.engine import Row, rows, snapshot
from db.enums import CustomerType
from loyalty.customers import search
from loyalty.customers.search import by_ids
from loyalty.errors import NotFound
from loyalty.rules.naming import name_of
from loyalty.rules.orders import fold

MOST = 10

_COLUMNS = "c.id, c.uid, c.type, c.first_name, c.last_name, c.email, c.phone, c.search"


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who may be the same person."""

    uid: str
    name: str
    email: str | None
    phone: str | None
    type: CustomerType


@dataclass(frozen=True, slots=True)
class Candidates:
    """Whose other record is looked for, and who may be it."""

    uid: str
    name: str
    found: tuple[Candidate, ...]


async def candidates(programme_id: int, uid: str, q: str) -> Candidates:
    """At most ten people for what was typed; with nothing typed those with the same name. Raises NotFound."""
    async with snapshot():
        mine = await rows(
            f"SELECT {_COLUMNS} FROM customers c WHERE c.programme_id = {{}} AND c.uid = {{}}",
            programme_id,
            uid,
        )
        if not mine:
            raise NotFound("There is no such customer in this programme.")
        name = f"{mine[0]['first_name']} {mine[0]['last_name']}".strip()
        meant = await search.people(programme_id, q or fold(name))
        few = meant.few if meant else ()
        people = by_ids(few[: MOST + 1]) if few else None
        found = (
            await rows(
                f"SELECT {_COLUMNS} FROM {people.sql} WHERE c.programme_id = {{}} AND c.merged_into IS NULL"
                " AND c.erased_at IS NULL AND c.id <> {} ORDER BY c.last_activity_at DESC, c.id DESC",
                *people.args,
                programme_id,
                mine[0]["id"],
            )
            if people
            else []
        )
    return Candidates(uid, name_of(mine[0]), tuple(_candidate(row) for row in found[:MOST]))


def _candidate(row: Row) -> Candidate:
    return Candidate(row["uid"], name_of(row), row["email"], row["phone"], CustomerType(row["type"]))
