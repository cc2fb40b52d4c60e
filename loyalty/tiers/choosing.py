"""Which tiers somebody can be given by hand, and what each gives (PRODUCT F2)."""

from dataclasses import dataclass
from datetime import date

from db.engine import one, rows, snapshot
from db.enums import CustomerType
from loyalty import clock, programmes
from loyalty.errors import NotAMember, NotFound
from loyalty.programmes import Programme
from loyalty.rules.days import local_day, zone
from loyalty.rules.naming import name_of
from loyalty.rules.tiers import find, rank
from loyalty.tiers.changing import DEFAULT_FLOOR
from loyalty.tiers.schemes import TierRecord, scheme

_CUSTOMER = """SELECT c.id, c.type, c.first_name, c.last_name, c.email, c.phone, s.tier_id
    FROM customers c LEFT JOIN customer_tiers s ON s.programme_id = {0} AND s.customer_id = c.id
    WHERE c.programme_id = {0} AND c.uid = {1}"""


@dataclass(frozen=True, slots=True)
class Offer:
    """One tier. `gives` says what entering it pays, empty for nothing; `rises`: it is above the present one."""

    uid: str
    name: str
    rank: int
    gives: str
    rises: bool
    current: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """Whom it concerns and all tiers, lowest first. `until` is the last day a tier given now holds by default."""

    id: int
    uid: str
    name: str
    offers: tuple[Offer, ...]
    until: date


async def choice(programme_id: int, uid: str) -> Choice:
    """Every tier in force now, new ones too. Raises NotFound, NotAMember."""
    async with snapshot():
        row = await one(_CUSTOMER, programme_id, uid)
        if row is None:
            raise NotFound("There is no such customer in this programme.")
        name = name_of(row)
        if CustomerType(row["type"]) is not CustomerType.MEMBER:
            raise NotAMember(f"{name} isn't a member. Only members have tiers.")
        programme, now = await programmes.get(programme_id), await scheme(programme_id)
        named = await rows("SELECT uid, name FROM rewards WHERE programme_id = {}", programme_id)
    rewards = {each["uid"]: each["name"] for each in named}
    held = rank(find(now.levels, row["tier_id"]))
    return Choice(
        id=row["id"],
        uid=uid,
        name=name,
        offers=tuple(_offer(tier, programme, rewards, held, row["tier_id"]) for tier in now.tiers),
        until=local_day(clock.now() + DEFAULT_FLOOR, zone(programme.time_zone)),
    )


def _offer(
    tier: TierRecord, programme: Programme, rewards: dict[str, str], held: int, held_id: int | None
) -> Offer:
    points = [programme.amount(tier.level.entry_points)] if tier.level.entry_points else []
    gives = ", ".join([*points, *(rewards[uid] for uid in tier.entry_rewards if uid in rewards)])
    level = tier.level
    return Offer(tier.uid, level.name, level.rank, gives, level.rank > held, level.id == held_id)
