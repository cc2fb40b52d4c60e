"""What was done about a customer, made readable. PRODUCT B3, O1."""

import pytest

from db.engine import watched
from db.enums import CustomerField
from loyalty.customers import moving, privacy
from loyalty.customers.editing import edit, editable
from loyalty.customers.views import Birthday
from loyalty.errors import Invalid, NotFound
from loyalty.history import PAGE_SIZE, Change, history
from loyalty.notes.writing import write
from loyalty.undo import undo
from tests.cast import Cast


async def test_it_says_who_did_what_and_why_with_the_name_put_back(cast: Cast) -> None:
    await moving.exclude(1, cast.ines.id, by=cast.theo, reason="Asked to leave")
    (deed,) = (await history(1, cast.ines.uid)).rows
    assert (deed.sentence, deed.actor, deed.reason) == (
        "Ines Okafor has left the programme",
        "Theo",
        "Asked to leave",
    )
    assert Change("Type", "member", "left") in deed.changes
    assert deed.undo == deed.uid


async def test_an_undone_action_names_its_undoing_and_offers_undo_no_more(cast: Cast) -> None:
    moved = await moving.exclude(1, cast.ines.id, by=cast.theo, reason="Asked to leave")
    undone = await undo(1, moved.action.uid, by=cast.mara)
    by_uid = {deed.uid: deed for deed in (await history(1, cast.ines.uid)).rows}
    assert by_uid[moved.action.uid].undo is None
    assert by_uid[moved.action.uid].undone_by == undone.action.uid
    assert by_uid[undone.action.uid].undoes == moved.action.uid


async def test_an_edit_shows_both_values_until_the_person_is_erased(cast: Cast) -> None:
    seen = await editable(1, cast.ines.uid, CustomerField.BIRTHDAY)
    born = {"month": 12, "day": 9, "year": None}
    await edit(1, cast.ines.id, CustomerField.BIRTHDAY, born, version=seen.version, by=cast.theo)
    (deed,) = (await history(1, cast.ines.uid)).rows
    assert deed.changes == (Change("Birthday", "not given", Birthday(12, 9, None)),)
    await privacy.erase(1, cast.ines.id, reason="Asked for it")
    assert (await history(1, cast.ines.uid)).rows[-1].changes == ()


async def test_pages_turn_both_ways_with_the_same_few_queries(cast: Cast) -> None:
    for number in range(PAGE_SIZE + 1):
        await write(1, cast.ines.id, str(number), by=cast.theo, key=str(number))
    with watched() as seen:
        first = await history(1, cast.ines.uid)
    assert len(seen) <= 4
    last = await history(1, cast.ines.uid, first.next)
    assert len(last.rows) == 1
    assert await history(1, cast.ines.uid, last.previous) == first


async def test_strangers_and_damaged_links_are_refused(cast: Cast) -> None:
    with pytest.raises(NotFound):
        await history(1, cast.ada.uid)
    with pytest.raises(Invalid):
        await history(1, cast.ines.uid, "nonsense")
