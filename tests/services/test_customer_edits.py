"""Editing what is known of a person. PRODUCT B4."""

import asyncio
from typing import Any

import pytest

from db.engine import rows, value
from db.enums import CustomerField
from loyalty.customers import privacy, search, verifying
from loyalty.customers.editing import AddressTaken, Edited, StaleEdit, edit, editable
from loyalty.errors import Invalid, LoyaltyError, NotFound, Stale
from loyalty.undo import undo
from tests import factories
from tests.cast import Cast

NAME, BIRTHDAY, EMAIL, PHONE, TAGS = CustomerField
BORN = {"month": 12, "day": 9, "year": 1991}


async def put(cast: Cast, field: CustomerField, **given: Any) -> Edited:
    """Theo edits a field of Ines's, having just looked at it."""
    now = await editable(1, cast.ines.uid, field)
    return await edit(1, cast.ines.id, field, given, version=now.version, by=cast.theo)


async def has(cast: Cast, field: CustomerField) -> dict[str, Any]:
    return (await editable(1, cast.ines.uid, field)).value


@pytest.mark.parametrize(
    ("field", "given", "stored"),
    [
        (NAME, {"first_name": " Inês ", "last_name": "Okafor  Lima"}, None),
        (BIRTHDAY, BORN, BORN),
        (BIRTHDAY, {"month": 2, "day": 29, "year": None}, {"month": 2, "day": 29, "year": None}),
        (EMAIL, {"email": " Ines@New.example "}, {"email": "Ines@New.example"}),
        (EMAIL, {"email": ""}, {"email": None}),
        (PHONE, {"phone": "+34 600 123 456"}, {"phone": "+34 600 123 456"}),
        (TAGS, {"tags": ["berlin", " wholesale ", "berlin", ""]}, {"tags": ["berlin", "wholesale"]}),
    ],
)
async def test_each_field_is_edited_and_undone(
    cast: Cast, field: CustomerField, given: dict[str, Any], stored: dict[str, Any] | None
) -> None:
    before = await has(cast, field)
    done = await put(cast, field, **given)
    assert await has(cast, field) == (stored or {"first_name": "Inês", "last_name": "Okafor Lima"})
    assert done.action is not None
    await undo(1, done.action.uid, by=cast.theo)
    assert await has(cast, field) == before


@pytest.mark.parametrize(
    ("field", "given", "named"),
    [
        (NAME, {"first_name": " ", "last_name": ""}, "first_name"),
        (NAME, {"first_name": "I" * 121, "last_name": ""}, "first_name"),
        (BIRTHDAY, {"month": 2, "day": 30, "year": None}, "birthday"),
        (BIRTHDAY, {"month": 2, "day": None, "year": 1991}, "birthday"),
        (BIRTHDAY, {"month": 2, "day": 1, "year": 2999}, "birthday"),
        (EMAIL, {"email": "ines at home"}, "email"),
        (PHONE, {"phone": "call me"}, "phone"),
        (PHONE, {"phone": "1" * 41}, "phone"),
        (TAGS, {"tags": ["x" * 61]}, "tags"),
        (TAGS, {"tags": [str(number) for number in range(51)]}, "tags"),
    ],
)
async def test_what_can_not_be_right_is_refused_by_field(
    cast: Cast, field: CustomerField, given: dict[str, Any], named: str
) -> None:
    with pytest.raises(Invalid) as refused:
        await put(cast, field, **given)
    assert refused.value.field == named


async def test_a_stale_edit_is_refused_and_tells_the_other_value(cast: Cast) -> None:
    seen = await editable(1, cast.ines.uid, BIRTHDAY)
    await put(cast, BIRTHDAY, **BORN)
    other = {"month": 12, "day": 8, "year": None}
    with pytest.raises(StaleEdit) as refused:
        await edit(1, cast.ines.id, BIRTHDAY, other, version=seen.version, by=cast.mara)
    assert refused.value.now.value == BORN
    await edit(1, cast.ines.id, BIRTHDAY, other, version=refused.value.now.version, by=cast.mara)
    assert await has(cast, BIRTHDAY) == other


async def test_an_edit_of_something_else_makes_nothing_stale(cast: Cast) -> None:
    seen = await editable(1, cast.ines.uid, BIRTHDAY)
    await put(cast, PHONE, phone="+34 600 123 456")
    assert (await edit(1, cast.ines.id, BIRTHDAY, BORN, version=seen.version, by=cast.theo)).action


async def test_a_double_click_edits_once(cast: Cast) -> None:
    seen = await editable(1, cast.ines.uid, PHONE)
    given = {"phone": "+34 600 123 456"}
    done = await asyncio.gather(
        *(edit(1, cast.ines.id, PHONE, given, version=seen.version, by=cast.theo) for _ in range(2))
    )
    assert [one.action is None for one in done].count(True) == 1
    assert await value("SELECT count(*) FROM customer_edits WHERE programme_id = 1") == 1


async def test_a_taken_address_names_whose_it_is(cast: Cast) -> None:
    with pytest.raises(AddressTaken, match="belongs to Rex Moreau") as refused:
        await put(cast, EMAIL, email="REX@example.org")
    assert refused.value.uid == cast.rex.uid


async def test_two_people_can_not_take_one_address_at_once(cast: Cast) -> None:
    async def take(person: factories.Person) -> Edited:
        seen = await editable(1, person.uid, EMAIL)
        return await edit(
            1, person.id, EMAIL, {"email": "shared@example.org"}, version=seen.version, by=cast.theo
        )

    done = await asyncio.gather(take(cast.ines), take(cast.rex), return_exceptions=True)
    assert [type(one) for one in done if isinstance(one, LoyaltyError)] == [AddressTaken]


async def test_the_other_programmes_addresses_are_free(cast: Cast) -> None:
    assert (await put(cast, EMAIL, email=cast.ada.email)).action


async def test_who_was_renamed_is_found_by_the_new_name(cast: Cast) -> None:
    await put(cast, NAME, first_name="Zoë", last_name="Quist")
    found = await search.people(1, "quist zoe")
    assert found is not None
    assert found.few == (cast.ines.id,)


async def test_a_new_address_is_not_verified_and_undo_brings_the_proof_back(cast: Cast) -> None:
    await verifying.verify_email(1, cast.ines.id)
    sql = "SELECT email_verified_at FROM customers WHERE programme_id = 1 AND id = {}"
    proof = await value(sql, cast.ines.id)
    done = await put(cast, EMAIL, email="new@example.org")
    assert await value(sql, cast.ines.id) is None
    assert done.action is not None
    await undo(1, done.action.uid, by=cast.theo)
    assert await value(sql, cast.ines.id) == proof


async def test_undo_is_refused_when_it_was_edited_again(cast: Cast) -> None:
    done = await put(cast, PHONE, phone="+34 600 123 456")
    await put(cast, PHONE, phone="+34 600 123 457")
    assert done.action is not None
    with pytest.raises(Stale):
        await undo(1, done.action.uid, by=cast.theo)


async def test_the_trail_never_holds_what_erasing_must_reach(cast: Cast) -> None:
    await put(cast, NAME, first_name="Secreta", last_name="Persona")
    await put(cast, EMAIL, email="secreta@hidden.example")
    await put(cast, PHONE, phone="+34 600 777 777")
    done = await put(cast, BIRTHDAY, month=11, day=23, year=1977)
    trail = str(await rows("SELECT sentence, before, after, undo FROM actions WHERE programme_id = 1"))
    for secret in ("Secreta", "hidden.example", "777", "1977", "Ines"):
        assert secret not in trail
    await privacy.erase(1, cast.ines.id, reason="Asked for it")
    assert await rows("SELECT 1 FROM customer_edits WHERE programme_id = 1") == []
    assert done.action is not None
    with pytest.raises(Invalid, match="erased"):
        await undo(1, done.action.uid, by=cast.theo)


async def test_strangers_and_the_erased_can_not_be_edited(cast: Cast) -> None:
    with pytest.raises(NotFound):
        await editable(1, cast.ada.uid, NAME)
    await privacy.erase(1, cast.rex.id, reason="Asked for it")
    with pytest.raises(NotFound):
        await editable(1, cast.rex.uid, NAME)
