"""Earning rules as a merchant keeps them: versions, states, order, and undoing each. PRODUCT I2."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from db.engine import rows
from db.enums import EarningTrigger, RuleStatus
from loyalty import clock
from loyalty.earning import catalogue, editing, switching, undoing
from loyalty.earning.catalogue import RuleView
from loyalty.earning.rules import in_force
from loyalty.errors import AlreadyDone, Invalid, KeyReused, NotFound, Stale
from loyalty.rules.earning_rules import Per, RuleDefinition
from tests.cast import Cast, undo_last
from tests.factories import START
from tests.ledger.shop import Shop

DAY = timedelta(days=1)
ONE = RuleDefinition(name="1 per €1", points=1, per=Per.AMOUNT, per_minor=100)
TWO = replace(ONE, points=2)


@pytest.fixture(autouse=True)
async def in_march() -> AsyncIterator[None]:
    with clock.at(START):
        yield


async def make(cast: Cast, rule: RuleDefinition = ONE, *, draft: bool = False, key: str = "k") -> RuleView:
    made = await editing.create(1, rule, by=cast.mara, key=key, draft=draft)
    return await catalogue.rule(1, made.uid)


async def revise(
    cast: Cast, rule: RuleView, to: RuleDefinition, *, key: str = "r", **more: object
) -> RuleView:
    version = more.pop("version", rule.guard)
    await editing.revise(1, rule.uid, to, version=version, by=cast.mara, key=key, **more)
    return await catalogue.rule(1, rule.uid)


async def points_at(days: int) -> list[int]:
    return [each.definition.points for each in await in_force(1, EarningTrigger.ORDER, START + days * DAY)]


async def test_an_active_rule_is_in_force_from_now_and_never_before(cast: Cast) -> None:
    rule = await make(cast)
    assert (rule.status, rule.shown.is_now, rule.planned) == (RuleStatus.ACTIVE, True, None)
    assert (await points_at(-1), await points_at(0)) == ([], [1])


async def test_a_draft_gives_nothing_until_it_is_activated_from_a_day_on(cast: Cast) -> None:
    rule = await make(cast, draft=True)
    rule = await revise(cast, rule, TWO)
    assert [version.is_now for version in rule.versions] == [False, False]
    await switching.switch(
        1,
        rule.uid,
        RuleStatus.ACTIVE,
        version=rule.guard,
        by=cast.mara,
        key="a",
        effective_from=START + 3 * DAY,
    )
    assert (await points_at(2), await points_at(3)) == ([], [2])
    planned = await catalogue.rule(1, rule.uid)
    assert planned.planned is not None
    assert planned.planned.number == 3


async def test_a_planned_version_leaves_the_current_one_in_force_until_its_day(cast: Cast) -> None:
    rule = await revise(cast, await make(cast), TWO, effective_from=START + 5 * DAY)
    assert (rule.shown.number, rule.planned and rule.planned.number) == (1, 2)
    assert (await points_at(4), await points_at(5)) == ([1], [2])
    with clock.at(START + DAY):
        rule = await revise(cast, rule, replace(ONE, points=3), key="r2")
    assert await points_at(6) == [3]


async def test_an_edit_is_undone_by_one_more_version(cast: Cast) -> None:
    await revise(cast, await make(cast), TWO)
    assert await undo_last(cast, undoing.undo) == "“1 per €1” says what it said before"
    found = await rows("SELECT number FROM earning_rule_versions WHERE programme_id = 1 ORDER BY number")
    assert [row["number"] for row in found] == [1, 2, 3]
    assert await points_at(0) == [1]


async def test_an_edit_that_was_edited_again_is_not_undone(cast: Cast) -> None:
    await revise(cast, await make(cast), TWO)
    action = (await rows("SELECT * FROM actions WHERE programme_id = 1 ORDER BY id DESC LIMIT 1"))[0]
    rule = (await catalogue.rules(1))[0]
    await revise(cast, rule, replace(ONE, points=3), key="r2")
    payload = {
        "noun": "earning",
        "verb": "revised",
        "rule": rule.id,
        "before": ONE.to_dict(),
        "after": TWO.to_dict(),
    }
    with pytest.raises(Stale):
        await undoing.undo(1, {**action, "undo": payload}, by=cast.mara)


async def test_two_editors_and_a_double_click_are_told_apart(cast: Cast) -> None:
    rule = await make(cast)
    await revise(cast, rule, TWO)
    await revise(cast, rule, TWO)
    with pytest.raises(Stale, match="somebody else"):
        await revise(cast, rule, replace(ONE, points=3), key="other")
    with pytest.raises(KeyReused):
        await revise(cast, rule, replace(ONE, points=3))
    with pytest.raises(AlreadyDone, match="Nothing was changed"):
        await revise(cast, await catalogue.rule(1, rule.uid), TWO, key="same")
    first, again = await make(cast), await make(cast)
    assert first.uid == again.uid == rule.uid


async def test_nothing_reaches_back(cast: Cast) -> None:
    with pytest.raises(Invalid, match="day is over"):
        await editing.create(1, ONE, by=cast.mara, key="k", draft=False, effective_from=START - DAY)
    with pytest.raises(Invalid, match="120"):
        await editing.create(1, replace(ONE, name="x" * 121), by=cast.mara, key="k")


async def test_pausing_resuming_and_archiving_can_each_be_undone(cast: Cast) -> None:
    rule = await make(cast)
    for to, back in (
        (RuleStatus.PAUSED, RuleStatus.ACTIVE),
        (RuleStatus.ARCHIVED, RuleStatus.ACTIVE),
    ):
        now = await catalogue.rule(1, rule.uid)
        await switching.switch(1, rule.uid, to, version=now.guard, by=cast.mara, key=f"{to}")
        assert await points_at(0) == []
        await undo_last(cast, undoing.undo)
        assert (await catalogue.rule(1, rule.uid)).status is back
        assert await points_at(0) == [1]
    with pytest.raises(AlreadyDone):
        await switching.switch(1, rule.uid, RuleStatus.ACTIVE, version=1, by=cast.mara, key="x")
    with pytest.raises(Stale):
        await switching.switch(1, rule.uid, RuleStatus.PAUSED, version=1, by=cast.mara, key="y")


async def test_the_order_of_rules_is_the_merchants(cast: Cast) -> None:
    first, second = await make(cast), await make(cast, replace(TWO, name="2 per €1"), key="k2")
    await switching.move(1, second.uid, up=True, by=cast.mara)
    assert [rule.uid for rule in await catalogue.rules(1)] == [second.uid, first.uid]
    assert await points_at(0) == [2, 1]
    with pytest.raises(AlreadyDone, match="can't move further"):
        await switching.move(1, second.uid, up=True, by=cast.mara)
    await undo_last(cast, undoing.undo)
    assert [rule.uid for rule in await catalogue.rules(1)] == [first.uid, second.uid]


async def test_somebody_elses_rule_is_not_found(cast: Cast) -> None:
    rule = await make(cast)
    with pytest.raises(NotFound):
        await catalogue.rule(cast.other_programme_id, rule.uid)
    with pytest.raises(NotFound):
        await editing.revise(cast.other_programme_id, rule.uid, TWO, version=1, by=cast.nils, key="k")


async def test_what_a_rule_gave_is_added_up_over_the_newest_orders_and_says_so(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    rule, shop = await make(cast), Shop(cast, cast.ines)
    for number in range(1, 4):
        await shop.gets(shop.told(1_000 * number, of=f"O{number}", placed_at=START + number * DAY))
    said = []
    with clock.at(START + 5 * DAY):
        for most in (3, 2):
            monkeypatch.setattr(catalogue, "MOST", most)
            seen = await catalogue.rule(1, rule.uid)
            said.append((seen.points, seen.times, seen.or_more))
    assert said == [(60, 3, False), (50, 2, True)]
