"""Adding and taking points by hand. PRODUCT C7."""

from typing import Any

import pytest

from db.engine import loads, rows
from db.enums import EntryKind
from loyalty.errors import Invalid, KeyReused, NotEnoughPoints
from loyalty.ledger.adjusting import Adjusted, adjust
from tests import factories
from tests.cast import Cast
from tests.factories import START, Person
from tests.ledger.shop import DAY, earned, lots, one_account


async def adjusted(
    cast: Cast, points: int, *, person: Person | None = None, key: str = "form-1", **more: Any
) -> Adjusted:
    who = person or cast.ines
    given: dict[str, Any] = {"by": cast.theo, "reason": "Late parcel", **more}
    return await adjust(who.programme_id, who.id, points, key=key, **given)


async def test_an_adjustment_says_what_there_is_now(cast: Cast) -> None:
    done = await adjusted(cast, 170)
    assert done.sentence == "Ines Okafor now has 170 points"
    assert done.action is not None
    assert (done.entry.kind, done.entry.points, done.entry.balance_after) == (EntryKind.ADJUST, 170, 170)
    assert (await adjusted(cast, -169, key="form-2")).sentence == "Ines Okafor now has 1 point"


async def test_a_double_click_adjusts_once_and_tells_the_first_outcome(cast: Cast) -> None:
    first = await adjusted(cast, 50)
    await adjusted(cast, 25, key="form-2")
    again = await adjusted(cast, 50)
    assert (again.entry.id, again.entry.repeated, again.action) == (first.entry.id, True, None)
    assert again.sentence == first.sentence
    assert await factories.balance(cast.ines) == 75


@pytest.mark.parametrize(
    "other",
    [
        {"points": 51},
        {"reason": "Another reason"},
        {"comment": "Another comment"},
        {"counts_for_tiers": True},
        {"expires_at": START + 400 * DAY},
    ],
)
async def test_a_key_cant_be_used_for_something_else(cast: Cast, other: dict[str, Any]) -> None:
    await adjusted(cast, 50)
    with pytest.raises(KeyReused):
        await adjusted(cast, **{"points": 50, **other})
    assert await factories.balance(cast.ines) == 50


async def test_a_key_belongs_to_one_customer(cast: Cast) -> None:
    await adjusted(cast, 50)
    with pytest.raises(KeyReused):
        await adjusted(cast, 50, person=cast.rex)
    assert await factories.balance(cast.rex) == 0


async def test_nothing_goes_below_zero_and_the_largest_possible_is_offered(cast: Cast) -> None:
    await adjusted(cast, 50)
    with pytest.raises(NotEnoughPoints) as refused:
        await adjusted(cast, -51, key="form-2")
    assert refused.value.available == 50
    await adjusted(cast, -50, key="form-2")
    assert await factories.balance(cast.ines) == 0


async def test_pending_points_are_not_offered(cast: Cast) -> None:
    await earned(cast.ines, 80, available_at=START + 100_000 * DAY)
    await adjusted(cast, 20)
    with pytest.raises(NotEnoughPoints) as refused:
        await adjusted(cast, -21, key="form-2")
    assert refused.value.available == 20


@pytest.mark.parametrize("points", [0, 10**12 + 1, -(10**12) - 1, 2**63, -(2**63) - 1])
async def test_nothing_and_absurd_amounts_are_refused_in_a_sentence(cast: Cast, points: int) -> None:
    with pytest.raises(Invalid) as refused:
        await adjusted(cast, points)
    assert refused.value.field == "points"


async def test_a_trillion_is_the_most_and_comes_back_exactly(cast: Cast) -> None:
    await adjusted(cast, 10**12)
    await adjusted(cast, 10**12, key="form-2")
    await adjusted(cast, -(10**12), key="form-3")
    assert await lots(cast.ines) == [(10**12, 0), (10**12, 10**12)]


@pytest.mark.parametrize(("field", "most"), [("reason", 500), ("comment", 500), ("key", 190)])
async def test_too_long_a_text_is_refused_before_the_database_does(cast: Cast, field: str, most: int) -> None:
    await adjusted(cast, 1, **{field: "x" * most})
    with pytest.raises(Invalid) as refused:
        await adjusted(cast, 1, **{field: "x" * (most + 1)})
    assert refused.value.field == field


async def test_words_of_any_script_are_kept_as_they_were_written(cast: Cast) -> None:
    words = "Žluťoučký kůň 🐎 – ‏שלום‎ ' \" {} %s \\ ; DROP"
    await adjusted(cast, 5, reason=words, comment=words, key=words)
    found = await rows(
        "SELECT reason, comment, key FROM ledger_entries WHERE programme_id = {}", cast.programme_id
    )
    assert (found[0]["reason"], found[0]["comment"], found[0]["key"]) == (words, words, f"adjust:{words}")
    assert (await adjusted(cast, 5, reason=words, comment=words, key=words)).entry.repeated


async def test_an_adjustment_counts_for_tiers_only_when_ticked(cast: Cast) -> None:
    await adjusted(cast, 30)
    await adjusted(cast, 20, key="form-2", counts_for_tiers=True)
    await adjusted(cast, -5, key="form-3", counts_for_tiers=True)
    assert (await one_account(cast.ines))["qualifying"] == 15


async def test_the_action_says_who_why_and_how_to_take_it_back(cast: Cast) -> None:
    await adjusted(cast, 30)
    done = await adjusted(cast, -10, key="form-2")
    found = await rows(
        "SELECT * FROM actions WHERE programme_id = {} AND verb = 'points.adjusted' ORDER BY id",
        cast.programme_id,
    )
    last = found[-1]
    assert (last["actor_name"], last["reason"]) == ("Theo", "Late parcel")
    assert (loads(last["before"]), loads(last["after"])) == ({"balance": 30}, {"balance": 20})
    assert loads(last["undo"])["entries"] == [done.entry.id]
