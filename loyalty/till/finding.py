"""Who or what was scanned or typed into the till's one box (PRODUCT E5)."""

from dataclasses import dataclass

from db.engine import one, rows
from db.enums import CustomerType
from loyalty.customers import cards, search
from loyalty.customers.views import TierMark
from loyalty.errors import Invalid, NotFound
from loyalty.rules.cards import scanned
from loyalty.rules.codes import normalised_code
from loyalty.rules.naming import name_of

MOST = 12

_COPY = "SELECT uid FROM issued_rewards WHERE programme_id = {} AND code = {}"
_PEOPLE = """SELECT c.uid, c.type, c.first_name, c.last_name, c.email, c.phone, t.name AS tier, t.rank
    FROM {source} LEFT JOIN customer_tiers s ON s.programme_id = {{}} AND s.customer_id = c.id
    LEFT JOIN tiers t ON t.programme_id = s.programme_id AND t.id = s.tier_id
    WHERE c.programme_id = {{}} AND c.erased_at IS NULL AND c.merged_into IS NULL AND {condition}
    ORDER BY c.last_activity_at DESC, c.id DESC LIMIT {limit}"""


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who may be meant. `hint`: enough of the phone or address to tell two of one name apart."""

    uid: str
    name: str
    hint: str
    type: CustomerType
    tier: TierMark | None


@dataclass(frozen=True, slots=True)
class Found:
    """What was meant: one customer, one code, or some people to choose from; `more` than are listed.

    `sentence` says why nothing was found.
    """

    customer_uid: str = ""
    copy_uid: str = ""
    people: tuple[Candidate, ...] = ()
    more: bool = False
    sentence: str = ""


async def find(programme_id: int, typed: str) -> Found:
    """A card or a code opens at once, whatever else could be meant; else everybody whose name or phone fits."""
    sentence = "Nobody is found by this."
    try:
        return Found(customer_uid=await cards.find(programme_id, typed))
    except Invalid as refused:
        if _is_card(typed):
            sentence = str(refused)
    except NotFound as refused:
        sentence = str(refused)
    if copy := await _copy(programme_id, typed):
        return Found(copy_uid=copy)
    people = await _people(programme_id, typed)
    if len(people) == 1:
        return Found(customer_uid=people[0].uid)
    return Found(people=people[:MOST], more=len(people) > MOST, sentence="" if people else sentence)


def _is_card(typed: str) -> bool:
    try:
        scanned(typed)
    except Invalid:
        return False
    return True


async def _copy(programme_id: int, typed: str) -> str:
    try:
        code = normalised_code(typed)
    except Invalid:
        return ""
    row = await one(_COPY, programme_id, code)
    return str(row["uid"]) if row else ""


async def _people(programme_id: int, typed: str) -> tuple[Candidate, ...]:
    meant = await search.people(programme_id, typed[:100], by_order=False)
    if meant is None or meant.nobody:
        return ()
    source = search.Condition("customers c") if meant.few is None else search.by_ids(meant.few)
    which = meant.condition if meant.few is None else search.Condition("1 = 1")
    found = await rows(
        _PEOPLE.format(source=source.sql, condition=which.sql, limit=MOST + 1),
        *source.args,
        programme_id,
        programme_id,
        *which.args,
    )
    return tuple(
        Candidate(
            uid=row["uid"],
            name=name_of(row),
            hint=_hint(row["phone"], row["email"]),
            type=CustomerType(row["type"]),
            tier=TierMark(row["tier"], row["rank"]) if row["tier"] else None,
        )
        for row in found
    )


def _hint(phone: str | None, email: str | None) -> str:
    """What a customer at the counter can be asked for, without reading it all out."""
    if phone:
        digits = "".join(char for char in phone if char.isdigit())
        return f"Phone ends in {digits[-4:]}"
    if email:
        name, _, host = email.partition("@")
        return f"{name[:2]}…@{host}"
    return ""
