"""A shop of sixty people who did something of everything, and trees over all of it (PRODUCT K4)."""

import json
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from db.engine import is_sqlite, run
from db.enums import SegmentKind
from db.ids import new_id, new_uid
from loyalty.rules.segment_trees import Compare, Joins
from loyalty.segments import stored
from loyalty.segments.stored import New
from tests import factories
from tests.rows import Rows, campaign
from tests.tree_reckoning import HAPPENINGS, NOW, TODAY, Bought, Shopper

WORDS = ("Coffee", "Tea")
"""Every product's category, product tag, and the end of its id, SKU and title; also what people like."""
COUNTED = ("orders_product", "orders_category", "orders_tag", "spent_product", "spent_category", "spent_tag")


@dataclass(frozen=True)
class World:
    """Everybody by name, and what conditions can choose from."""

    people: dict[str, Shopper]
    choices: dict[str, tuple[str, ...]]


def any_tree(dice: random.Random, world: World, depth: int = 3) -> dict[str, Any]:
    if depth == 0 or dice.random() < 0.3:
        return any_condition(dice, world)
    parts = [any_tree(dice, world, depth - 1) for _ in range(dice.randint(1, 3))]
    return {dice.choice(list(Joins)).value: parts}


def any_condition(dice: random.Random, world: World) -> dict[str, Any]:
    if dice.random() < 0.35:
        fact = dice.choice(list(world.choices))
        return {"fact": fact, "is": dice.choice(world.choices[fact])}
    compare, fact = dice.choice(list(Compare)).value, dice.choice(list(_NUMBERS))
    told: dict[str, Any] = {"fact": fact, compare: dice.choice(_NUMBERS[fact])}
    if fact == "joined_on":
        return {"fact": fact, "at_least": 1, **_dates(dice)}
    if fact in COUNTED:
        start = dice.choice(("P-", "S-", "T-")) if fact.endswith("product") else ""
        told["of"] = start + dice.choice(WORDS)
    if fact == "expiring":
        return {**told, "days": dice.choice((5, 40))}
    if fact in ("points", "joined"):
        return told
    return {**told, **dice.choice(({}, {"days": dice.choice((5, 30, 200))}, _dates(dice)))}


_NUMBERS: dict[str, tuple[int, ...]] = {
    "points": (0, 100, 400), "expiring": (0, 1, 100), "joined": (10, 100, 250), "joined_on": (1,),
    "orders": (0, 1, 2, 4), "spent": (0, 5_000, 20_000), **dict.fromkeys(HAPPENINGS, (0, 1)),
    **{fact: (0, 1, 2) if fact.startswith("orders") else (0, 3_000) for fact in COUNTED},
}  # fmt: skip


def _dates(dice: random.Random) -> dict[str, str]:
    days = sorted((dice.randint(0, 320), dice.randint(0, 320)), reverse=True)
    found = {
        name: (TODAY - timedelta(days=ago)).isoformat()
        for name, ago in zip(("from", "to"), days, strict=True)
    }
    return {name: found[name] for name in dice.choice((("from",), ("to",), ("from", "to")))}


async def world(programme_id: int, dice: random.Random) -> World:
    """Sixty people, their orders, points and everything else, as rows; whoever was there before has left."""
    p, rows, people = programme_id, Rows(programme_id), {}
    await run("UPDATE customers SET type = 'left', left_at = {} WHERE programme_id = {}", NOW, p)
    stores = {
        made.uid: made.id for made in (await factories.store(p, "web"), await factories.store(p, "pos"))
    }
    ranks = [
        await factories.tier(p, name, rank=rank, threshold=rank)
        for rank, name in enumerate(("Silver", "Gold"), 1)
    ]
    reward, sent = await factories.reward(p), [(await campaign(p)).id for _ in range(2)]
    likes = [f"likes:{word}" for word in WORDS]
    friends = await stored.add(p, New("list:friends", "Friends", SegmentKind.STATIC, {}))
    often = {"tree": {"fact": "orders", "at_least": 3}}
    regulars = await stored.add(p, New("custom:often", "Often", SegmentKind.CUSTOM, often, position=1))
    assert friends is not None
    assert regulars is not None
    for number in range(60):
        who = Shopper(
            type=dice.choice(("member", "member", "guest")), joined=dice.randint(0, 300),
            tier=dice.choice(ranks).uid, month=dice.choice((None, 1, 6, 7)), mail=dice.random() < 0.5,
        )  # fmt: skip
        people[f"p{number}"] = who
        at = _ago(who.joined, number)
        id_, uid = new_id(at), new_uid()
        rows.add(
            "customers", id=id_, uid=uid, type=who.type, first_name=f"p{number}", email=f"p{number}@example.test",
            email_key=f"p{number}@example.test", accepts_email=who.mail, birth_month=who.month,
            birth_day=who.month and 9, referral_code=uid, card_number=uid, last_activity_at=at, joined_at=at,
            created_at=at,
        )  # fmt: skip
        rows.add("accounts", customer_id=id_)
        rows.add(
            "customer_tiers", customer_id=id_, tier_id=next(each.id for each in ranks if each.uid == who.tier)
        )
        _buys(rows, dice, id_, who, stores)
        _saves(rows, dice, id_, who)
        _does(rows, dice, id_, who, reward.id, sent)
        who.tags = {tag for tag in ("vip", "local") if dice.random() < 0.3}
        who.told = {told for told in likes if dice.random() < 0.4}
        for tag in who.tags:
            rows.add("customer_tags", customer_id=id_, tag=tag)
        for told in who.told:
            question, _, option = told.partition(":")
            rows.add("preference_choices", question_key=question, option_key=option, customer_id=id_, at=NOW)
        if dice.random() < 0.3:
            rows.add("segment_listed", segment_id=friends.id, customer_id=id_, added_at=NOW)
            who.segments.add(friends.uid)
        if len(who.bought) >= 3:
            who.segments.add(regulars.uid)
    await rows.write()
    if (
        not is_sqlite()
    ):  # autovacuum would have looked at a shop's tables by the time somebody builds segments
        await run("ANALYZE")
    choices = {
        "type": ("member", "guest"), "tier": tuple(each.uid for each in ranks), "tag": ("vip", "local"),
        "store": tuple(stores), "birthday": ("0", "1", "6", "7"), "mail": ("yes", "no"), "preference": tuple(likes),
        "segment": (friends.uid, regulars.uid),
    }  # fmt: skip
    return World(people, choices)


def _ago(days: int, seconds: int) -> datetime:
    return NOW - timedelta(days=days, seconds=seconds)


def _buys(rows: Rows, dice: random.Random, id_: int, who: Shopper, stores: dict[str, int]) -> None:
    """Up to five orders; some cancelled or a test, which count for nothing, some refunded in part."""
    for number in range(dice.randint(0, 5)):
        ago, store = dice.randint(0, 300), dice.choice(list(stores))
        lines = {word: dice.randint(500, 5_000) for word in WORDS if dice.random() < 0.6}
        total, counts = sum(lines.values()) + 490, dice.choice((True, True, True, False))
        refunded = dice.choice((0, 0, total // 2))
        at, uid = _ago(ago, number), new_uid()
        order_id, is_test = new_id(at), not counts and dice.random() < 0.5
        rows.add(
            "orders", id=order_id, uid=uid, store_id=stores[store], external_id=uid, name="#", customer_id=id_,
            status="paid" if counts or is_test else "cancelled", test=is_test, currency="EUR", total_minor=total,
            refunded_minor=refunded, discount_codes="[]", placed_at=at, received_at=at,
        )  # fmt: skip
        for place, (kind, word, minor) in enumerate(
            [*(("product", word, minor) for word, minor in lines.items()), ("shipping", WORDS[0], 490)], 1
        ):
            rows.add(
                "order_lines", order_id=order_id, position=place, kind=kind, product_id=f"P-{word}", sku=f"S-{word}",
                title=f"T-{word}", category=word, tags=json.dumps([word]), quantity=1, unit_minor=minor,
                total_minor=minor,
            )  # fmt: skip
        if counts:
            who.bought.append(Bought(ago, store, total - refunded, lines))


def _saves(rows: Rows, dice: random.Random, id_: int, who: Shopper) -> None:
    """Lots that end at noon of a day, told or not, or never."""
    for seq in range(1, dice.randint(1, 4)):
        points, ends, told = dice.randint(1, 300), dice.choice((None, -3, 0, 4, 30, 90)), dice.random() < 0.5
        at, uid = _ago(200, seq), new_uid()
        entry_id = new_id(at)
        rows.add(
            "ledger_entries", id=entry_id, uid=uid, customer_id=id_, seq=seq, kind="adjust", points=points,
            balance_after=points, effective_at=at, recorded_at=at, breakdown="{}", actor_kind="system",
            actor_name="Test", key=uid, fingerprint="0" * 64,
        )  # fmt: skip
        end = None if ends is None else NOW + timedelta(days=ends)
        rows.add(
            "lots", id=new_id(at), customer_id=id_, entry_id=entry_id, points=points, remaining=points,
            available_at=at, expires_at=end, notified_at=at if end and told else None, lapses_at=end if told else None,
        )  # fmt: skip
        who.lots.append((points, ends, told))


def _does(
    rows: Rows, dice: random.Random, id_: int, who: Shopper, reward_id: int, campaigns: list[int]
) -> None:
    """Redeems, invites, reviews and is written to; every other time in a way that doesn't count."""
    left = list(campaigns)
    write: dict[str, Callable[[datetime, str, bool], None]] = {
        "redemptions": lambda at, uid, counts: rows.add(
            "issued_rewards", id=new_id(at), uid=uid, customer_id=id_, reward_id=reward_id, source="redemption",
            code=f"CODE{new_id(at)}", status="outstanding" if counts else "void", price="{}", key=uid, issued_at=at,
            voided_at=None if counts else at,
        ),
        "referrals": lambda at, uid, counts: rows.add(
            "referrals", id=new_id(at), uid=uid, referrer_id=id_, status="completed" if counts else "reversed",
            evidence="[]", signals="[]", completed_at=at,
        ),
        "reviews": lambda at, uid, counts: rows.add(
            "reviews", id=new_id(at), uid=uid, external_id=uid, customer_id=id_, product_key="mug", rating=5,
            status="approved" if counts else "rejected", submitted_at=at, decided_at=at,
        ),
        "campaigns": lambda at, uid, counts: rows.add(
            "campaign_recipients", campaign_id=left.pop(), customer_id=id_, arm="treatment",
            state="posted" if counts else "failed", posted_at=at,
        ),
    }  # fmt: skip
    for what in HAPPENINGS:
        who.did[what] = []
        for number in range(dice.randint(0, 2)):
            ago, counts = dice.randint(0, 300), dice.random() < 0.7
            write[what](_ago(ago, number), new_uid(), counts)
            if counts:
                who.did[what].append(ago)
