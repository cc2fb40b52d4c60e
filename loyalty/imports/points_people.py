"""Who a file of points means, and what can be done for them now, some hundred rows at a time. PRODUCT N1."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from db.engine import one_of, rows
from db.enums import CustomerType
from loyalty import clock
from loyalty.customers.narrowing import AVAILABLE
from loyalty.imports.points_sheet import Bad
from loyalty.rules.naming import name_of
from loyalty.rules.points_files import PointsRow

# A record that was merged into another means that one (PRODUCT B6).
_BY_EMAIL = """SELECT c.email_key AS said, coalesce(c.merged_into, c.id) AS id FROM customers c
    WHERE c.programme_id = {{}} AND {among}"""
_BY_NUMBER = """SELECT i.external_id AS said, i.customer_id AS id FROM customer_identities i
    JOIN stores s ON s.programme_id = i.programme_id AND s.id = i.store_id
    WHERE i.programme_id = {{}} AND (CAST({{}} AS TEXT) IS NULL OR s.handle = {{}}) AND {identity}
    UNION SELECT c.card_number, coalesce(c.merged_into, c.id) FROM customers c WHERE c.programme_id = {{}} AND {card}
    UNION SELECT c.uid, coalesce(c.merged_into, c.id) FROM customers c WHERE c.programme_id = {{}} AND {uid}"""
_THEY = f"""SELECT c.id, c.type, c.first_name, c.last_name, c.email, c.phone, c.erased_at, {AVAILABLE} AS available
    FROM customers c WHERE c.programme_id = {{}} AND """


@dataclass(frozen=True, slots=True)
class Meant:
    """A row and its customer. `change`: the points it adds or takes, as things are now."""

    row: PointsRow
    customer_id: int
    change: int


async def meant(
    programme_id: int, given: Sequence[PointsRow], store: str | None, *, balances: bool
) -> list[Meant | Bad]:
    """Of each row, whom it means and what it changes, or why it can't be done."""
    by_email = await _by_email(programme_id, [row.email for row in given if row.email])
    by_number = await _by_number(programme_id, [row.number for row in given if row.number], store)
    found = [_who(row, by_email, by_number) for row in given]
    they = await _they(programme_id, [who for who in found if isinstance(who, int)])
    return [
        Bad(row.row, who) if isinstance(who, str) else _judged(row, they[who], balances)
        for row, who in zip(given, found, strict=True)
    ]


def _who(row: PointsRow, by_email: dict[str, set[int]], by_number: dict[str, set[int]]) -> int | str:
    """The customer's id, or why there is none to name."""
    numbered = by_number.get(row.number or "", set())
    addressed = by_email.get(row.email or "", set())
    said = " and ".join(f"“{each}”" for each in (row.email, row.number) if each)
    if not (numbered or addressed):
        return f"There is no customer {said}. Import your customers first."
    if len(numbered) > 1 and not numbered & addressed:
        return f"Several customers have the number {row.number}. Name the store with --store."
    both = (numbered & addressed) if numbered and addressed else numbered or addressed
    if not both:
        return f"{said} belong to two customers."
    return next(iter(both))


def _judged(row: PointsRow, person: dict[str, Any], balances: bool) -> Meant | Bad:
    change = row.points - person["available"] if balances else row.points
    if person["type"] == CustomerType.LEFT:
        return Bad(row.row, f"{name_of(person)} has left the programme.")
    if person["available"] + change < 0:
        return Bad(
            row.row,
            f"{name_of(person)} has {person['available']:,} points available; this takes {-change:,}.",
        )
    return Meant(row, person["id"], change)


async def _by_email(programme_id: int, emails: list[str]) -> dict[str, set[int]]:
    sql, args = one_of("c.email_key", emails, "TEXT")
    return _sorted(await rows(_BY_EMAIL.format(among=sql), programme_id, *args))


async def _by_number(programme_id: int, numbers: list[str], store: str | None) -> dict[str, set[int]]:
    if not numbers:
        return {}
    identity, card, uid = (
        one_of(column, numbers, "TEXT") for column in ("i.external_id", "c.card_number", "c.uid")
    )
    return _sorted(
        await rows(
            _BY_NUMBER.format(identity=identity[0], card=card[0], uid=uid[0]),
            *(programme_id, store, store, *identity[1]),
            *(programme_id, *card[1]),
            *(programme_id, *uid[1]),
        )
    )


def _sorted(found: list[dict[str, Any]]) -> dict[str, set[int]]:
    said: dict[str, set[int]] = {}
    for row in found:
        said.setdefault(row["said"], set()).add(row["id"])
    return said


async def _they(programme_id: int, ids: list[int]) -> dict[int, dict[str, Any]]:
    now = clock.now()
    sql, args = one_of("c.id", ids)
    return {row["id"]: row for row in await rows(_THEY + sql, now, now, programme_id, *args)}
