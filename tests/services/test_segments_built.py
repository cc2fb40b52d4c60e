"""Segments a shop builds: counted by the engine as by hand, refreshed like the others. PRODUCT K4."""

import random
from datetime import datetime, timedelta

import pytest

from db.engine import Database, atomic, rows
from db.enums import SegmentKind
from loyalty import clock, undo
from loyalty.errors import Invalid, NotFound, Stale
from loyalty.rules import segment_trees as trees
from loyalty.rules.actors import SYSTEM
from loyalty.segments import building, export, lists, stored, trying
from loyalty.segments.refreshing import refresh
from loyalty.segments.stored import New
from tests import factories, tree_world
from tests.cast import Cast, assemble
from tests.tree_world import any_tree

NOW = datetime.fromisoformat("2026-06-15T10:00:00+00:00")


@pytest.fixture
async def cast(db: Database) -> Cast:
    return await assemble()


async def test_two_hundred_trees_hold_whom_they_hold_by_hand_and_export_them(cast: Cast) -> None:
    """Over all facts there are: the live count, the exported file and the reckoning in Python name the same people."""
    dice, p = random.Random(19), cast.other_programme_id
    with clock.at(NOW):
        shop = await tree_world.world(p, dice)
        wanted = [trees.of(any_tree(dice, shop)) for _ in range(200)]
        async with atomic():
            for number, tree in enumerate(wanted):
                new = New(
                    f"custom:{number}",
                    f"Tree {number}",
                    SegmentKind.CUSTOM,
                    {"tree": tree.stored},
                    position=2,
                )
                await stored.add(p, new)
        await refresh(p)
        made = {each.name: each for each in await stored.live(p)}
        known, sizes = await trying.known(p), set()
        for number, tree in enumerate(wanted):
            by_hand = sorted(name for name, who in shop.people.items() if who.fits(tree))
            found = await trying.tried(p, tree, known)
            assert found.people == len(by_hand), tree.stored
            assert len(found.sample) == min(5, found.people)
            assert await people_of(p, made[f"Tree {number}"].uid) == by_hand, tree.stored
            sizes.add(found.people)
    used = {each.fact for tree in wanted for each in trees.conditions(tree)}
    assert used == {*trees.CHOICES, *trees.NUMBERS}, "every fact is in some tree"
    assert len(sizes) > 20, "trees that all hold everybody or nobody would prove nothing"


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
