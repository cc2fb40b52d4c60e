"""Deterministic rows for tests: the same call makes the same thing, at `START` unless told otherwise."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from db.engine import rows, value
from db.enums import ActorKind, CustomerType, EarningTrigger, EntryKind, OrderStatus, Platform, StaffRole
from db.ids import new_id, new_uid
from loyalty import clock
from loyalty.ledger import accounts
from loyalty.ledger.adjusting import adjust
from loyalty.rules.actors import SYSTEM, Actor
from loyalty.rules.cards import with_check_digit
from loyalty.rules.orders import fold, normalised_email
from tests.crediting import credit_directly
from tests.rows import START, Made, insert

_serial = count(1)


@dataclass(frozen=True, slots=True)
class Person:
    """A customer as tests name one."""

    programme_id: int
    id: int
    uid: str
    name: str
    email: str | None
    referral_code: str


async def programme(programme_id: int = 1, *, handle: str = "bloom", **settings: Any) -> int:
    """A programme in Berlin: euros, points, 14 days of hold, no expiry. Returns its id."""
    chosen = {"time_zone": "Europe/Berlin", "currency": "EUR", "expiry_policy": "none", **settings}
    await insert(
        "programmes",
        programme_id=programme_id,
        uid=f"programme-{handle}",
        handle=handle,
        name=handle.title(),
        created_at=START,
        **chosen,
    )
    return programme_id


async def store(programme_id: int, handle: str = "web", *, platform: Platform = Platform.SHOPIFY) -> Made:
    made = _made()
    await insert(
        "stores",
        programme_id=programme_id,
        id=made.id,
        uid=made.uid,
        handle=handle,
        name=handle.title(),
        platform=platform,
        created_at=START,
    )
    return made


async def staff(programme_id: int, name: str, role: StaffRole) -> Actor:
    """A staff member, as the actor of what they do."""
    made = _made()
    await insert(
        "staff",
        programme_id=programme_id,
        id=made.id,
        uid=made.uid,
        email=f"{name.lower()}@shop.example",
        name=name,
        role=role,
        status="active",
        created_at=START,
    )
    return Actor(ActorKind.STAFF, name, made.id)


async def customer(
    programme_id: int,
    name: str,
    *,
    kind: CustomerType = CustomerType.MEMBER,
    email: str | None = "",
    at: datetime = START,
    points: int = 0,
) -> Person:
    """A customer with an open account; the address follows from the name, None is none."""
    made, first, _, last = _made(), *name.partition(" ")
    address = f"{first.lower()}@example.org" if email == "" else email
    person = Person(programme_id, made.id, made.uid, name, address, f"{first.upper()}{next(_serial):04}")
    await insert(
        "customers",
        programme_id=programme_id,
        id=made.id,
        uid=made.uid,
        type=kind,
        first_name=first,
        last_name=last,
        email=address,
        email_key=normalised_email(address),
        referral_code=person.referral_code,
        card_number=with_check_digit(f"{next(_serial):011}"),
        search=fold(name, address),
        last_activity_at=at,
        joined_at=None if kind is CustomerType.GUEST else at,
        left_at=at if kind is CustomerType.LEFT else None,
        created_at=at,
    )
    await accounts.opened(programme_id, person.id)
    if kind is not CustomerType.GUEST:
        await insert(
            "type_changes",
            programme_id=programme_id,
            id=new_id(at),
            customer_id=person.id,
            from_type=CustomerType.GUEST,
            to_type=kind,
            actor_kind=ActorKind.SYSTEM,
            actor_name=SYSTEM.name,
            at=at,
        )
    if points:
        await give(person, points, at=at)
    return person


async def give(person: Person, points: int, *, at: datetime = START, qualifying: bool = False) -> None:
    """Points from nowhere: an adjustment by the system (negative: a deduction). To who left, from before."""
    p, c = person.programme_id, person.id
    how: dict[str, Any] = {"by": SYSTEM, "reason": "For a test", "counts_for_tiers": qualifying}
    with clock.at(at):
        if await value("SELECT type = 'left' FROM customers WHERE programme_id = {} AND id = {}", p, c):
            await credit_directly(p, c, points)
        else:
            await adjust(p, c, points, key=f"given-{next(_serial)}", **how)


async def reward(programme_id: int, name: str = "€5 off", *, price: int = 500, **fields: Any) -> Made:
    """An active reward of five euros off unless told otherwise."""
    made = _made()
    chosen = {"kind": "amount_off", "status": "active", "value_minor": 500, **fields}
    await insert(
        "rewards",
        programme_id=programme_id,
        id=made.id,
        uid=made.uid,
        name=name,
        points_price=price,
        created_at=START,
        **chosen,
    )
    return made


async def tier(programme_id: int, name: str, *, rank: int, threshold: int, **fields: Any) -> Made:
    made = _made()
    chosen = {"perks": [], "entry_rewards": [], **fields}
    await insert(
        "tiers",
        programme_id=programme_id,
        id=made.id,
        uid=made.uid,
        name=name,
        rank=rank,
        threshold=threshold,
        **chosen,
    )
    return made


async def tier_policy(programme_id: int, **fields: Any) -> None:
    """Lifetime spend, straight down to what is qualified for, unless told otherwise."""
    chosen = {"metric": "spend", "period": "lifetime", "downgrade": "to_qualified", **fields}
    await insert("tier_policies", programme_id=programme_id, **chosen)


async def order(
    person: Person,
    store_id: int,
    total_minor: int,
    *,
    at: datetime = START,
    refunded_minor: int = 0,
    status: OrderStatus = OrderStatus.PAID,
    **fields: Any,
) -> Made:
    """An order as it is stored, without lines and without earning anything."""
    made, number = Made(new_id(at), new_uid()), next(_serial)
    await insert(
        "orders",
        programme_id=person.programme_id,
        id=made.id,
        uid=made.uid,
        store_id=store_id,
        external_id=str(number),
        name=f"#{number}",
        customer_id=person.id,
        status=status,
        currency="EUR",
        total_minor=total_minor,
        refunded_minor=refunded_minor,
        placed_at=at,
        paid_at=at if status is OrderStatus.PAID else None,
        received_at=at,
        **{"discount_codes": [], **fields},
    )
    return made


async def earning_rule(
    programme_id: int, trigger: EarningTrigger, points: int, *, at: datetime = START, **definition: Any
) -> Made:
    """An active rule with one version; its id is the version's."""
    rule, version = _made(), _made()
    await insert(
        "earning_rules",
        programme_id=programme_id,
        id=rule.id,
        uid=rule.uid,
        name=f"{trigger} points",
        trigger=trigger,
        status="active",
        created_at=at,
    )
    whole: Mapping[str, Any] = {
        "name": f"{trigger} points",
        "points": points,
        "trigger": trigger,
        **definition,
    }
    await insert(
        "earning_rule_versions",
        programme_id=programme_id,
        id=version.id,
        rule_id=rule.id,
        number=1,
        definition=dict(whole),
        effective_from=at - timedelta(days=3650),
        actor_kind="system",
        actor_name="Test",
        created_at=at,
    )
    return version


async def balance(person: Person) -> int:
    found = await rows(
        "SELECT balance FROM accounts WHERE programme_id = {} AND customer_id = {}",
        person.programme_id,
        person.id,
    )
    return int(found[0]["balance"])


async def entries(person: Person) -> list[tuple[EntryKind, int]]:
    """The whole ledger of a customer, oldest first, as (kind, points)."""
    found = await rows(
        "SELECT kind, points FROM ledger_entries WHERE programme_id = {} AND customer_id = {} ORDER BY seq",
        person.programme_id,
        person.id,
    )
    return [(EntryKind(row["kind"]), row["points"]) for row in found]


def _made() -> Made:
    return Made(new_id(START), new_uid())


async def referral_policy(programme_id: int, **fields: Any) -> None:
    """Referrals on, 300 points for the referrer and no coupon, unless told otherwise."""
    await insert(
        "referral_policies", programme_id=programme_id, **{"enabled": True, "referrer_points": 300, **fields}
    )


async def review(person: Person, product: str = "mug", **fields: Any) -> Made:
    """A pending review of five stars."""
    made = _made()
    await insert(
        "reviews",
        programme_id=person.programme_id,
        id=made.id,
        uid=made.uid,
        external_id=f"review-{next(_serial)}",
        customer_id=person.id,
        product_key=product,
        submitted_at=START,
        **{"rating": 5, "status": "pending", **fields},
    )
    return made
