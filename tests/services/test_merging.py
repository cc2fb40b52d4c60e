"""Two records of one person become one, and two again. PRODUCT B6."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from db.engine import one, rows, run, value
from db.enums import CustomerType, EntryKind
from db.ids import new_id
from loyalty import clock, undo
from loyalty.customers import matching, privacy, search
from loyalty.errors import AlreadyDone, Invalid, Merged, NotFound
from loyalty.ledger.adjusting import adjust
from loyalty.ledger.balances import balance
from loyalty.merging.merging import merge
from loyalty.merging.preview import preview
from loyalty.programmes import get
from loyalty.rewards.redeeming import redeem
from loyalty.rewards.removing import remove
from loyalty.rules.merging import MergeField
from tests import factories
from tests.cast import Cast, assert_books_balance
from tests.factories import START, Person, insert
from tests.services import many

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
async def in_march() -> AsyncIterator[None]:
    with clock.at(START + DAY):
        yield


async def join(cast: Cast, kept: Person, gone: Person, **more: Any) -> str:
    """Merge; the action's uid."""
    done = await merge(
        1, kept.uid, gone.uid, **{"by": cast.mara, "key": f"{kept.uid[:8]}{gone.uid[:8]}", **more}
    )
    await assert_books_balance()
    return done.action.uid


async def part(cast: Cast, action: str) -> str:
    done = await undo.undo(1, action, by=cast.mara)
    await assert_books_balance()
    return done.sentence


async def ines_again(**more: Any) -> Person:
    return await factories.customer(1, "Ines Okafor", **{"email": "ines@work.example", **more})


async def lots(person: Person) -> list[tuple[Any, ...]]:
    found = await rows(
        "SELECT remaining, available_at, expires_at, lapses_at, order_id FROM lots"
        " WHERE programme_id = 1 AND customer_id = {} AND remaining > 0 ORDER BY remaining, expires_at",
        person.id,
    )
    return [tuple(row.values()) for row in found]


async def column(person: Person, name: str) -> Any:
    return await value(f"SELECT {name} FROM customers WHERE programme_id = 1 AND id = {{}}", person.id)


async def snapshot(person: Person) -> dict[str, Any]:
    """What must be the same again after an undo."""
    has = await balance(1, person.id)
    row = await one("SELECT * FROM customers WHERE programme_id = 1 AND id = {}", person.id)
    assert row is not None
    left = {name: part for name, part in row.items() if name not in ("version", "left_at", "search")}
    owned = {}
    for table in ("orders", "customer_tags", "notes", "reviews", "customer_identities"):
        sql = f"SELECT count(*) FROM {table} WHERE programme_id = 1 AND customer_id = {{}}"
        owned[table] = await value(sql, person.id)
    return {"balance": (has.available, has.pending, has.debt), "lots": await lots(person), **left, **owned}


async def test_points_go_over_lot_by_lot_with_their_dates_and_come_back(cast: Cast) -> None:
    other = await ines_again()
    with clock.at(START):
        await adjust(1, other.id, 100, by=cast.mara, reason="x", key="a", expires_at=START + 90 * DAY)
        await adjust(1, other.id, 50, by=cast.mara, reason="x", key="b")
    await factories.give(cast.ines, 20)
    before = await snapshot(cast.ines), await snapshot(other)
    theirs = await lots(other)
    action = await join(cast, cast.ines, other)
    assert (await balance(1, cast.ines.id)).available == 170
    assert [lot for lot in await lots(cast.ines) if lot[0] != 20] == theirs
    assert await factories.balance(other) == 0
    assert (EntryKind.MERGE, -150) in await factories.entries(other)
    assert await part(cast, action) == "The two records of Ines Okafor are two again"
    assert (await snapshot(cast.ines), await snapshot(other)) == before
    with pytest.raises(AlreadyDone):
        await undo.undo(1, action, by=cast.mara)


@pytest.mark.parametrize(("has", "owes"), [(0, 30), (20, 30), (200, 30)])
async def test_what_one_owes_the_other_has_is_settled_and_unsettled(cast: Cast, has: int, owes: int) -> None:
    await run("UPDATE programmes SET negative_policy = 'allow' WHERE programme_id = 1")
    other = await ines_again()
    await many.owe(other, owes)
    if has:
        await factories.give(cast.ines, has, at=START + DAY)
    before = (await snapshot(cast.ines))["balance"], (await snapshot(other))["balance"]
    action = await join(cast, cast.ines, other)
    now = await balance(1, cast.ines.id)
    assert (now.available, now.debt) == (has - owes, max(0, owes - has))
    await part(cast, action)
    assert ((await snapshot(cast.ines))["balance"], (await snapshot(other))["balance"]) == before
    action = await join(cast, other, cast.ines, key="the other way")
    assert (await balance(1, other.id)).available == has - owes
    await part(cast, action)
    assert ((await snapshot(cast.ines))["balance"], (await snapshot(other))["balance"]) == before


async def test_everything_that_names_the_person_goes_over_and_comes_back(cast: Cast) -> None:
    other = await ines_again()
    for person, tag in ((cast.ines, "regular"), (other, "regular"), (other, "wholesale")):
        await insert("customer_tags", programme_id=1, customer_id=person.id, tag=tag)
    await factories.order(other, cast.web.id, 4_000)
    await factories.review(other)
    await insert(
        "customer_identities", programme_id=1, store_id=cast.web.id, external_id="77", customer_id=other.id
    )
    await factories.give(other, 500)
    loaf = await factories.reward(1)
    with clock.at(START + DAY / 2):
        await redeem(1, other.id, loaf.id, by=cast.theo, key="r")
    about = await preview(1, cast.ines.uid, other.uid)
    told = {each.words: each.count for each in about.going}
    assert told == {"order": 1, "reward": 1, "review": 1, "tag": 1, "shop account": 1}
    assert about.choices == (MergeField.EMAIL,)
    await run(
        "UPDATE customers SET spend_minor = 4000, order_count = 1 WHERE programme_id = 1 AND id = {}",
        other.id,
    )
    await run(
        "UPDATE customers SET first_order_at = {0}, last_order_at = {0} WHERE programme_id = 1 AND id = {1}",
        START,
        other.id,
    )
    before = await snapshot(cast.ines), await snapshot(other)
    action = await join(cast, cast.ines, other)
    assert (await column(cast.ines, "spend_minor"), await column(other, "spend_minor")) == (4_000, 0)
    tags = await rows(
        "SELECT tag FROM customer_tags WHERE programme_id = 1 AND customer_id = {} ORDER BY tag", cast.ines.id
    )
    assert [row["tag"] for row in tags] == ["regular", "wholesale"]
    await part(cast, action)
    assert (await snapshot(cast.ines), await snapshot(other)) == before


async def test_the_merged_record_does_nothing_more_and_leads_to_the_other(cast: Cast) -> None:
    other = await ines_again()
    await insert(
        "customer_identities", programme_id=1, store_id=cast.web.id, external_id="77", customer_id=other.id
    )
    await join(cast, cast.ines, other)
    assert await column(other, "type") == CustomerType.LEFT
    with pytest.raises(Merged, match="merged into Ines Okafor"):
        await adjust(1, other.id, 5, by=cast.mara, reason="x", key="k")
    found = await matching.match(await get(1), cast.web.id, None, "ines@work.example", START)
    assert found is not None
    assert found.id == cast.ines.id
    for q in ("ines@work.example", other.referral_code):
        meant = await search.people(1, q)
        assert meant is not None
        assert meant.few == (cast.ines.id,)
    with pytest.raises(AlreadyDone):
        await join(cast, cast.rex, other)


async def test_chosen_fields_are_kept_and_the_other_address_still_finds_them(cast: Cast) -> None:
    other = await factories.customer(1, "Inés O", email="ines@work.example")
    await run("UPDATE customers SET phone = '+44 20 7946 0000' WHERE programme_id = 1 AND id = {}", other.id)
    before = await snapshot(cast.ines), await snapshot(other)
    action = await join(cast, cast.ines, other, take=(MergeField.EMAIL,))
    assert await column(cast.ines, "email") == "ines@work.example"
    assert await column(cast.ines, "first_name") == "Ines"
    assert await column(cast.ines, "phone") == "+44 20 7946 0000"
    assert await column(other, "email") == "ines@example.org"
    found = await matching.match(await get(1), cast.web.id, None, "ines@example.org", START)
    assert found is not None
    assert found.id == cast.ines.id
    await part(cast, action)
    assert (await snapshot(cast.ines), await snapshot(other)) == before


async def test_who_may_not_be_merged(cast: Cast) -> None:
    for kept, gone, why in (
        (cast.ines, cast.ines, "with itself"),
        (cast.olu, cast.ines, "Keep Ines Okafor, who is a member"),
        (cast.ines, cast.pia, "Let Pia Lind join first"),
    ):
        with pytest.raises(Invalid, match=why):
            await join(cast, kept, gone)
    with pytest.raises(NotFound):
        await join(cast, cast.ines, cast.ada)
    await insert(
        "referrals", programme_id=1, id=new_id(START), uid="r", referrer_id=cast.ines.id, status="pending",
        friend_email="rex@example.org", friend_email_key="rex@example.org", evidence=[], signals={},
        claimed_at=START, lapses_at=START + 180 * DAY,
    )  # fmt: skip
    with pytest.raises(Invalid, match="invite themselves"):
        await join(cast, cast.ines, cast.rex)
    await privacy.erase(1, cast.rex.id, reason="Asked")
    with pytest.raises(Invalid, match="erased"):
        await join(cast, cast.pia, cast.rex)


async def test_a_repeat_changes_nothing(cast: Cast) -> None:
    other = await ines_again(points=40)
    first = await join(cast, cast.ines, other)
    assert await join(cast, cast.ines, other) == first
    assert (await balance(1, cast.ines.id)).available == 40


async def test_a_guests_points_wait_until_somebody_proves_the_address(cast: Cast) -> None:
    await run(
        "UPDATE customers SET email_verified_at = {} WHERE programme_id = 1 AND id = {}", START, cast.ines.id
    )
    await factories.give(cast.olu, 30)
    await run(
        "UPDATE lots SET available_at = '9999-01-01 00:00:00+00:00' WHERE programme_id = 1 AND customer_id = {}",
        cast.olu.id,
    )
    before = await snapshot(cast.olu)
    action = await join(cast, cast.ines, cast.olu)
    has = await balance(1, cast.ines.id)
    assert (has.available, has.pending) == (0, 30)
    assert (await lots(cast.ines))[0][1] < START + 20 * DAY
    await part(cast, action)
    assert (await snapshot(cast.olu)) == before
    assert await column(cast.olu, "type") == CustomerType.GUEST


async def test_spent_points_keep_the_records_together(cast: Cast) -> None:
    other = await ines_again(points=40)
    action = await join(cast, cast.ines, other)
    await factories.give(cast.ines, -10, at=START + DAY)
    with pytest.raises(Invalid, match="spent, have expired"):
        await undo.undo(1, action, by=cast.mara)


async def test_a_reward_from_before_is_returned_to_the_record_that_is_kept(cast: Cast) -> None:
    other = await ines_again(points=600)
    loaf = await factories.reward(1)
    with clock.at(START + DAY / 2):
        await redeem(1, other.id, loaf.id, by=cast.theo, key="r")
    action = await join(cast, cast.ines, other)
    copy = await value("SELECT uid FROM issued_rewards WHERE programme_id = 1")
    removed = await remove(1, copy, return_points=True, by=cast.theo, reason="Mistake", key="k")
    assert removed.points_returned == 500
    assert (await balance(1, cast.ines.id)).available == 600
    await assert_books_balance()
    with pytest.raises(Invalid, match="taken back"):
        await undo.undo(1, action, by=cast.mara)


async def test_an_adjustment_from_before_is_undone_on_the_record_that_is_kept(cast: Cast) -> None:
    other = await ines_again()
    given = await adjust(1, other.id, 70, by=cast.mara, reason="x", key="k")
    await join(cast, cast.ines, other)
    assert given.action is not None
    assert (await undo.undo(1, given.action.uid, by=cast.mara)).sentence == "Ines Okafor has 0 points again"
    await assert_books_balance()


async def test_erasing_forgets_what_was_merged_too(cast: Cast) -> None:
    other = await ines_again(points=5)
    action = await join(cast, cast.ines, other)
    await privacy.erase(1, cast.ines.id, reason="Asked")
    assert (await column(other, "email"), await column(other, "last_name")) == (None, "")
    assert await value("SELECT CAST(before AS TEXT) FROM merges WHERE programme_id = 1") == "{}"
    with pytest.raises(Invalid, match="erased"):
        await undo.undo(1, action, by=cast.mara)


async def test_a_record_merged_twice_leads_straight_to_the_last_and_parts_in_order(cast: Cast) -> None:
    other, third = (
        await ines_again(points=5),
        await factories.customer(1, "I Okafor", email="i@example.net", points=7),
    )
    first = await join(cast, other, third)
    second = await join(cast, cast.ines, other)
    assert await column(third, "merged_into") == cast.ines.id
    assert (await balance(1, cast.ines.id)).available == 12
    with pytest.raises(Merged):
        await undo.undo(1, first, by=cast.mara)
    await part(cast, second)
    assert await column(third, "merged_into") == other.id
    await part(cast, first)
    assert (await balance(1, third.id)).available == 7
