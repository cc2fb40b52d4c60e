"""A small ledger in which everything has happened once, and nothing is wrong."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from db.engine import atomic, run, value
from db.enums import EntryKind
from db.ids import new_id, new_uid
from loyalty import clock
from loyalty.ledger import counting
from loyalty.ledger.entries import Entry, Posting
from loyalty.ledger.expiring import notice_delivered, sweep
from loyalty.ledger.locking import locked
from loyalty.ledger.posting import Own, claw_back, credit, debit
from loyalty.ledger.undoing import reverse
from loyalty.rules.actors import SYSTEM
from tests import factories, preferring
from tests.approving import approved
from tests.cast import Cast
from tests.factories import START, Made, Person

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Story:
    """Ines earned, redeemed, got a refund; Rex owes; Uma's points expired; Vic's notice was late."""

    cast: Cast
    uma: Person
    vic: Person
    order: Made
    coupon: int
    silver: Made


async def play(cast: Cast) -> Story:
    """Play it by the ledger's own moves, from `START` on."""
    p = cast.programme_id
    uma = await factories.customer(p, "Uma Reyes", at=START)
    vic = await factories.customer(p, "Vic Adler", at=START)
    reward = await factories.reward(p, price=20)
    order = await _order(cast, cast.ines, 100, clawed=30)
    await _redeem(cast.ines, reward, 20, status="outstanding")
    returned = await _redeem(cast.ines, reward, 10, status="void")
    await _reverse(cast.ines, returned)
    await _take_back(cast.ines, order, 30, debt=0)
    owed = await _order(cast, cast.rex, 50, clawed=50)
    await _redeem(cast.rex, reward, 50, status="used", cut="own")
    await _take_back(cast.rex, owed, 50, debt=50)
    await factories.give(cast.rex, 20, at=START + DAY)
    await approved(cast.rex, 20, asked_by=cast.theo, by=cast.mara)
    await factories.customer(p, "Wes Aldo", at=START, points=5)
    await factories.give(cast.pia, 5, at=START)
    await counting.count(p)
    await _expire(uma)
    await _late_notice(vic)
    silver = await _tiers(cast)
    coupon = await _referrals(cast, reward)
    await _work(cast)
    await preferring.story(cast, reward)
    return Story(cast, uma, vic, order, coupon, silver)


async def _order(cast: Cast, person: Person, points: int, *, clawed: int) -> Made:
    made = await factories.order(
        person, cast.web.id, points * 100, earns=True, earned_points=points, clawed_points=clawed
    )
    await factories.insert(
        "line_earnings",
        programme_id=person.programme_id,
        order_id=made.id,
        position=0,
        component="product",
        base_minor=points * 100,
        multiplier_percent=100,
        points=points,
    )
    await _post(person, EntryKind.EARN_ORDER, points, order=made)
    return made


async def _post(
    person: Person, kind: EntryKind, points: int, *, order: Made | None = None, **more: object
) -> Entry:
    with clock.at(START):
        async with atomic():
            account = await locked(person.programme_id, person.id)
            posting = Posting(
                kind=kind, points=points, key=new_uid(), order_id=order.id if order else None, **more
            )
            return await (credit if points > 0 else debit)(account, posting)


async def _redeem(person: Person, reward: Made, points: int, *, status: str, cut: str = "") -> Entry:
    entry = await _post(person, EntryKind.REDEEM, -points)
    await issue(
        person.programme_id,
        reward,
        customer_id=person.id,
        source="redemption",
        status=status,
        points_paid=points,
        entry_id=entry.id,
        cut=cut,
    )
    return entry


async def issue(programme_id: int, reward: Made, *, cut: str = "", **fields: object) -> int:
    """One issued reward, paid by the price cut `cut`; returns its id."""
    id_, stamp = new_id(START), {"used": "used_at", "void": "voided_at"}.get(str(fields["status"]))
    paid = fields.get("points_paid", 0)
    await factories.insert(
        "issued_rewards",
        programme_id=programme_id,
        id=id_,
        uid=new_uid(),
        reward_id=reward.id,
        code=f"CODE{id_}",
        price={"list_points": paid, "cut_percent": 0, "points": paid, "cut": cut},
        key=new_uid(),
        issued_at=START,
        **({stamp: START} if stamp else {}),
        **fields,
    )
    return id_


async def _reverse(person: Person, entry: Entry) -> None:
    with clock.at(START):
        async with atomic():
            account = await locked(person.programme_id, person.id)
            await reverse(
                account, entry.id, kind=EntryKind.REDEEM_REVERSAL, by=SYSTEM, reason="Removed", comment=""
            )


async def _take_back(person: Person, order: Made, points: int, *, debt: int) -> None:
    with clock.at(START):
        async with atomic():
            account = await locked(person.programme_id, person.id)
            posting = Posting(
                kind=EntryKind.REFUND_CLAWBACK, points=-points, key=new_uid(), order_id=order.id
            )
            await claw_back(account, posting, own=Own(order_id=order.id), debt=debt)


async def _lot(person: Person) -> int:
    return int(
        await value(
            "SELECT max(id) FROM lots WHERE programme_id = {} AND customer_id = {}",
            person.programme_id,
            person.id,
        )
    )


async def _expire(uma: Person) -> None:
    dies = START + 60 * DAY
    await _post(uma, EntryKind.BONUS, 40, expires_at=dies)
    await notice_delivered(uma.programme_id, uma.id, [await _lot(uma)], START + 30 * DAY)
    with clock.at(dies + DAY):
        await sweep(uma.programme_id)


async def _late_notice(vic: Person) -> None:
    planned: datetime = START + 60 * DAY
    await _post(vic, EntryKind.BONUS, 15, expires_at=planned)
    with clock.at(planned):
        await notice_delivered(vic.programme_id, vic.id, [await _lot(vic)], planned - DAY)


async def _tiers(cast: Cast) -> Made:
    p = cast.programme_id
    silver = await factories.tier(p, "Silver", rank=1, threshold=100)
    await factories.tier(p, "Gold", rank=2, threshold=500)
    await factories.insert(
        "customer_tiers", programme_id=p, customer_id=cast.ines.id, tier_id=silver.id, since=START
    )
    await factories.insert(
        "tier_changes",
        programme_id=p,
        id=new_id(START),
        customer_id=cast.ines.id,
        to_tier_id=silver.id,
        manual=False,
        reason="Qualified",
        rewards_triggered=False,
        period_key="all",
        metric_value=100,
        actor_kind="system",
        actor_name="Regulars",
        at=START,
    )
    return silver


async def _referrals(cast: Cast, reward: Made) -> int:
    coupon = await issue(cast.programme_id, reward, source="referral", status="void")
    common = {"referrer_id": cast.ines.id, "evidence": [], "signals": {}, "claimed_at": START}
    for name, status, more in (
        ("ann", "pending", {}),
        ("bea", "completed", {"completed_at": START}),
        ("cem", "cancelled", {"coupon_id": coupon, "ended_at": START}),
    ):
        await factories.insert(
            "referrals",
            programme_id=cast.programme_id,
            id=new_id(START),
            uid=f"referral-{name}",
            friend_email=f"{name}@example.org",
            friend_email_key=f"{name}@example.org",
            status=status,
            **common,
            **more,
        )
    return coupon


async def _work(cast: Cast) -> None:
    p = cast.programme_id
    common = {"programme_id": p, "name": "tidy_up", "args": {}, "run_at": START, "created_at": START}
    await factories.insert("jobs", id=new_id(START), state="ready", dedupe_key="one", **common)
    await factories.insert("jobs", id=new_id(START), state="ready", dedupe_key="two", **common)
    for delivery in ("a", "b"):
        await factories.insert(
            "inbound_events",
            programme_id=p,
            id=new_id(START),
            store_id=cast.web.id,
            topic="orders/paid",
            delivery_id=delivery,
            body="{}",
            state="done",
            received_at=START,
            applied_at=START,
        )
    first = await value("SELECT min(id) FROM actions WHERE programme_id = {}", p)
    await run(
        "INSERT INTO outbox (programme_id, id, topic, payload, at) VALUES ({}, {}, 'x', '{{}}', {})",
        p,
        first,
        START,
    )
