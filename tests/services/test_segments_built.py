"""Segments a shop builds: counted by the engine as by hand, refreshed like the others. PRODUCT K4."""

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest

from db.engine import Database, atomic, insert_many, rows, run
from loyalty import clock, undo
from loyalty.errors import Invalid, NotFound, Stale
from loyalty.rules import segment_trees as trees
from loyalty.rules.actors import SYSTEM
from loyalty.rules.segment_trees import Choice, Compare, Group, Joins, Node, Number
from loyalty.segments import building, export, lists, stored, trying
from loyalty.segments.refreshing import refresh
from tests import factories
from tests.cast import Cast, assemble
from tests.segmenting import Purchase, load

NOW = datetime.fromisoformat("2026-06-15T10:00:00+00:00")
CATEGORIES = ("Coffee", "Tea")
TAGS = ("vip", "local")


@pytest.fixture
async def cast(db: Database) -> Cast:
    return await assemble()


@dataclass
class Shopper:
    """What the evaluation by hand knows of a person; an order is its days ago, its money, its category."""

    joined: int
    orders: list[tuple[int, int, str]] = field(default_factory=list)
    tags: set[str] = field(default_factory=set)
    told: set[str] = field(default_factory=set)


def fits(node: Node, who: Shopper) -> bool:
    if isinstance(node, Group):
        inside = [fits(part, who) for part in node.parts]
        return {Joins.ALL: all(inside), Joins.ANY: any(inside), Joins.NONE: not any(inside)}[node.joins]
    if isinstance(node, Choice):
        return {
            "type": node.is_ == "member",
            "tag": node.is_ in who.tags,
            "preference": node.is_ in who.told,
        }[node.fact]
    number = _number(node, who)
    return {
        Compare.AT_LEAST: number >= node.number,
        Compare.AT_MOST: number <= node.number,
        Compare.EXACTLY: number == node.number,
    }[node.compare]


def _number(node: Number, who: Shopper) -> int:
    if node.fact == "joined":
        return who.joined
    found = [each for each in who.orders if node.days is None or each[0] <= node.days]
    if node.fact == "spent":
        return sum(minor for _, minor, _ in found)
    if node.fact == "orders_category":
        return sum(category == node.of for _, _, category in found)
    return len(found) if node.fact == "orders" else 0


def any_tree(dice: random.Random, depth: int = 3) -> dict[str, Any]:
    if depth == 0 or dice.random() < 0.3:
        return any_condition(dice)
    joins = dice.choice(list(Joins)).value
    return {joins: [any_tree(dice, depth - 1) for _ in range(dice.randint(1, 3))]}


def any_condition(dice: random.Random) -> dict[str, Any]:
    compare = dice.choice(list(Compare)).value
    days = {"days": dice.choice((5, 30, 200))} if dice.random() < 0.5 else {}
    match dice.randrange(8):
        case 0:
            return {"fact": "type", "is": dice.choice(("member", "guest"))}
        case 1:
            return {"fact": "tag", "is": dice.choice(TAGS)}
        case 2:
            return {"fact": "preference", "is": f"likes:{dice.choice(CATEGORIES)}"}
        case 3:
            return {"fact": "joined", compare: dice.choice((10, 100, 250))}
        case 4:
            return {"fact": "spent", compare: dice.choice((0, 5_000, 20_000)), **days}
        case 5:
            return {
                "fact": "orders_category",
                compare: dice.randint(0, 2),
                "of": dice.choice(CATEGORIES),
                **days,
            }
        case 6:
            return {
                "fact": dice.choice(("reviews", "referrals", "redemptions")),
                compare: dice.randint(0, 1),
                **days,
            }
        case _:
            return {"fact": "orders", compare: dice.randint(0, 4), **days}


async def shop(cast: Cast, dice: random.Random) -> dict[str, Shopper]:
    """Sixty people with orders, lines, tags and preferences, as rows; the cast has left."""
    p, people, buys = cast.other_programme_id, {}, []
    for number in range(60):
        ago = sorted((dice.randint(0, 300) for _ in range(dice.randint(1, 5))), reverse=True)
        who = people[f"p{number}"] = Shopper(joined=ago[0])
        for days in ago:
            minor = dice.randint(500, 9_000)
            who.orders.append((days, minor, dice.choice(CATEGORIES)))
            at = NOW - timedelta(days=days, seconds=len(buys))
            buys.append(Purchase(f"p{number}", at, minor))
        who.tags = {tag for tag in TAGS if dice.random() < 0.3}
        who.told = {f"likes:{each}" for each in CATEGORIES if dice.random() < 0.4}
    await run("UPDATE customers SET type = 'left', left_at = {} WHERE programme_id = {}", NOW, p)
    store = await factories.store(p)
    ids = await load(p, store.id, buys)
    async with atomic():
        await insert_many(
            "customer_tags", ("programme_id", "customer_id", "tag"),
            [(p, ids[name], tag) for name, who in people.items() for tag in who.tags],
        )  # fmt: skip
        await insert_many(
            "preference_choices", ("programme_id", "question_key", "option_key", "customer_id", "at"),
            [(p, *told.split(":"), ids[name], NOW) for name, who in people.items() for told in who.told],
        )  # fmt: skip
        for name, who in people.items():
            placed = await rows(
                "SELECT id FROM orders WHERE programme_id = {} AND customer_id = {} ORDER BY id", p, ids[name]
            )
            await insert_many(
                "order_lines",
                ("programme_id", "order_id", "position", "kind", "category", "tags", "quantity", "unit_minor",
                 "total_minor"),
                [
                    (p, order["id"], 1, "product", category, "[]", 1, minor, minor)
                    for order, (_, minor, category) in zip(placed, who.orders, strict=True)
                ],
            )  # fmt: skip
    return people


async def test_two_hundred_trees_hold_whom_they_hold_by_hand(cast: Cast) -> None:
    dice, p = random.Random(19), cast.other_programme_id
    with clock.at(NOW):
        people = await shop(cast, dice)
        await refresh(p)
        known = await trying.known(p)
        sizes = set()
        for _ in range(200):
            tree = trees.of(any_tree(dice))
            found = await trying.tried(p, tree, known)
            assert found.people == sum(fits(tree, who) for who in people.values()), tree.stored
            assert len(found.sample) == min(5, found.people)
            sizes.add(found.people)
    assert len(sizes) > 15, "trees that all hold everybody or nobody would prove nothing"


async def test_a_built_segment_refreshes_and_is_exported_like_the_others(cast: Cast) -> None:
    p = cast.programme_id
    with clock.at(NOW):
        await factories.order(cast.ines, cast.web.id, 9_000, at=NOW - timedelta(days=3))
        await factories.order(cast.rex, cast.web.id, 9_000, at=NOW - timedelta(days=80))
        recent = {"fact": "orders", "at_least": 1, "days": 30}
        made = await building.make(p, "Lately", recent, by=cast.mara, key="k")
        again = await building.make(p, "Lately", recent, by=cast.mara, key="k")
        assert again.segment.uid == made.segment.uid
        inside = {"fact": "segment", "is": made.segment.uid}
        both = {"all": [{"fact": "type", "is": "member"}, {"none": [inside]}]}
        rest = await building.make(p, "The rest", both, by=cast.mara, key="k2")
        await refresh(p)
        assert await people_of(p, made.segment.uid) == ["Ines"]
        assert await people_of(p, rest.segment.uid) == ["Rex"]
        with pytest.raises(Invalid, match="contain itself"):
            circle = {"fact": "segment", "is": rest.segment.uid}
            await building.change(p, made.segment.uid, "Lately", circle, by=cast.mara, key="k3")
        with pytest.raises(Invalid, match="the segment The rest asks about it"):
            await undo.undo(p, made.action.uid, by=cast.mara)


async def test_a_changed_segment_gets_its_earlier_conditions_back(cast: Cast) -> None:
    p = cast.programme_id
    with clock.at(NOW):
        await factories.order(cast.ines, cast.web.id, 9_000, at=NOW - timedelta(days=3))
        made = await building.make(p, "Buyers", {"fact": "orders", "at_least": 1}, by=cast.mara, key="k")
        uid = made.segment.uid
        changed = await building.change(
            p, uid, "Guests", {"fact": "type", "is": "guest"}, by=cast.mara, key="k2", version=1
        )
        with pytest.raises(Stale):
            await building.change(
                p, uid, "X", {"fact": "orders", "at_least": 2}, by=cast.mara, key="k3", version=1
            )
        await refresh(p)
        assert await people_of(p, uid) == ["Olu"]
        await undo.undo(p, changed.action.uid, by=cast.mara)
        await refresh(p)
        assert await people_of(p, uid) == ["Ines"]
        assert [each["number"] for each in await building.versions(p, await stored.by_uid(p, uid))] == [
            3,
            2,
            1,
        ]
        await undo.undo(p, made.action.uid, by=cast.mara)
        with pytest.raises(NotFound):
            await stored.by_uid(p, uid)
        members = await rows("SELECT customer_id FROM segment_members m JOIN segments s ON s.id = m.segment_id"
                             " WHERE s.uid = {}", uid)  # fmt: skip
        assert members == []


async def test_what_another_programme_has_is_refused(cast: Cast) -> None:
    theirs = await factories.tier(cast.other_programme_id, "Gold", rank=1, threshold=0)
    with pytest.raises(Invalid, match="There is no tier"):
        await trying.attempt(cast.programme_id, {"fact": "tier", "is": theirs.uid})


async def test_whoever_is_put_on_a_list_enters_what_looks_at_the_list(cast: Cast) -> None:
    p = cast.programme_id
    with clock.at(NOW):
        listed = await lists.make(p, "Friends", "nobody@example.test", by=cast.mara, key="l")
        tree = {"fact": "segment", "is": listed.segment.uid}
        made = await building.make(p, "Friends too", tree, by=cast.mara, key="k")
        await refresh(p)
        await lists.add(p, listed.segment.uid, str(cast.rex.email), by=cast.mara, key="a")
    assert await people_of(p, made.segment.uid) == ["Rex"]


async def people_of(programme_id: int, uid: str) -> list[str]:
    """First names, from the exported file."""
    pieces = await export.csv(programme_id, await stored.by_uid(programme_id, uid), by=SYSTEM)
    text = "".join([piece async for piece in pieces])
    return sorted(line.split(",")[0] for line in text.splitlines()[1:])
