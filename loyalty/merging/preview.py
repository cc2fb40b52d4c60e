"""What a merge would do, before anybody says yes. PRODUCT B6."""

from dataclasses import dataclass
from datetime import datetime

from db.engine import rows, snapshot, value
from db.enums import CustomerType
from loyalty import clock
from loyalty.errors import LoyaltyError
from loyalty.ledger.balances import Balance, balance
from loyalty.merging import registry, sides
from loyalty.merging.registry import HELD, Moves
from loyalty.preferences import merging as preferences
from loyalty.rules import merging as rules
from loyalty.rules.merging import MergeField, Side

_LOTS = """SELECT count(*) FROM lots
    WHERE programme_id = {} AND customer_id = {} AND remaining > 0 AND (lapses_at IS NULL OR lapses_at > {})"""
_TIER = """SELECT t.name FROM customer_tiers s JOIN tiers t ON t.programme_id = s.programme_id AND t.id = s.tier_id
    WHERE s.programme_id = {} AND s.customer_id = {}"""


@dataclass(frozen=True, slots=True)
class Person:
    """One of the two; `birthday` is month, day and year."""

    uid: str
    name: str
    email: str | None
    phone: str | None
    birthday: tuple[int, int, int | None] | None
    type: CustomerType
    tier: str | None
    has: Balance

    @classmethod
    def of(cls, side: Side, tier: str | None, has: Balance) -> "Person":
        row = side.row
        born = (row["birth_month"], row["birth_day"], row["birth_year"]) if row["birth_month"] else None
        return cls(row["uid"], side.name, row["email"], row["phone"], born, side.type, tier, has)


@dataclass(frozen=True, slots=True)
class Going:
    """So many of these go over."""

    count: int
    words: str


@dataclass(frozen=True, slots=True)
class Preview:
    """`why_not` None: it may be done. `choices` are the fields that somebody must choose for.

    `lots` are the lots that go over and `expires` the first of their dates.
    """

    kept: Person
    gone: Person
    why_not: str | None
    choices: tuple[MergeField, ...]
    going: tuple[Going, ...]
    lots: int
    expires: datetime | None

    @property
    def available(self) -> int:
        """What the kept record has afterwards, spendable now; negative for whoever owes."""
        return self.kept.has.available + self.gone.has.available

    @property
    def pending(self) -> int:
        return self.kept.has.pending + self.gone.has.pending


async def preview(programme_id: int, kept_uid: str, gone_uid: str) -> Preview:
    """What would move, and what must be chosen. Some thirty small queries. Raises NotFound."""
    async with snapshot():
        kept = await sides.side(programme_id, uid=kept_uid)
        gone = await sides.side(programme_id, uid=gone_uid)
        return Preview(
            kept=await _person(programme_id, kept),
            gone=await _person(programme_id, gone),
            why_not=await _why_not(programme_id, kept, gone),
            choices=rules.differing(kept, gone),
            going=await _going(programme_id, kept, gone),
            lots=await value(_LOTS, programme_id, gone.id, clock.now()),
            expires=await _first_expiry(programme_id, gone),
        )


async def _why_not(programme_id: int, kept: Side, gone: Side) -> str | None:
    try:
        rules.refuse(kept, gone, invited=await sides.invited(programme_id, kept, gone))
    except LoyaltyError as refusal:
        return str(refusal)
    return None


async def _person(programme_id: int, side: Side) -> Person:
    tier = await value(_TIER, programme_id, side.id)
    return Person.of(side, tier, await balance(programme_id, side.id))


async def _going(programme_id: int, kept: Side, gone: Side) -> tuple[Going, ...]:
    found = []
    for line in HELD:
        if isinstance(line, Moves) and line.words is not None:
            count = await registry.count(line, programme_id, kept.id, gone.id)
            found.append(Going(count, line.words[0] if count == 1 else line.words[1]))
    answers = (await preferences.preview(programme_id, kept.id, gone.id)).answers
    found.append(Going(answers, "declared answer" if answers == 1 else "declared answers"))
    return tuple(each for each in found if each.count)


async def _first_expiry(programme_id: int, gone: Side) -> datetime | None:
    found = await rows(
        "SELECT expires_at, lapses_at FROM lots WHERE programme_id = {}"
        " AND customer_id = {} AND remaining > 0 AND expires_at IS NOT NULL ORDER BY expires_at LIMIT 1",
        programme_id,
        gone.id,
    )
    return (found[0]["lapses_at"] or found[0]["expires_at"]) if found else None
