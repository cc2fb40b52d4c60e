"""What the team writes about a customer. PRODUCT B3."""

import pytest

from db.engine import rows
from loyalty.customers import privacy
from loyalty.errors import AlreadyDone, Invalid, NotFound
from loyalty.notes.listing import PAGE_SIZE, notes
from loyalty.notes.writing import remove, write
from loyalty.undo import undo
from tests.cast import Cast


async def bodies(cast: Cast) -> list[str]:
    return [each.body for each in (await notes(1, cast.ines.id)).rows]


async def test_notes_are_kept_newest_first(cast: Cast) -> None:
    await write(1, cast.ines.id, "Prefers oat milk", by=cast.theo, key="a")
    await write(1, cast.ines.id, "  Called about order 7 ", by=cast.mara, key="b")
    assert await bodies(cast) == ["Called about order 7", "Prefers oat milk"]


async def test_a_double_click_writes_once(cast: Cast) -> None:
    for _ in range(2):
        await write(1, cast.ines.id, "Prefers oat milk", by=cast.theo, key="a")
    assert await bodies(cast) == ["Prefers oat milk"]


@pytest.mark.parametrize("body", ["", "  \n", "x" * 2001])
async def test_an_empty_or_endless_note_is_refused(cast: Cast, body: str) -> None:
    with pytest.raises(Invalid, match="1 to 2,000"):
        await write(1, cast.ines.id, body, by=cast.theo, key="a")


async def test_writing_and_removing_can_be_undone(cast: Cast) -> None:
    written = await write(1, cast.ines.id, "Prefers oat milk", by=cast.theo, key="a")
    (kept,) = (await notes(1, cast.ines.id)).rows
    removed = await remove(1, cast.ines.id, kept.uid, by=cast.theo)
    assert await bodies(cast) == []
    with pytest.raises(AlreadyDone):
        await remove(1, cast.ines.id, kept.uid, by=cast.mara)
    await undo(1, removed.action.uid, by=cast.theo)
    assert await bodies(cast) == ["Prefers oat milk"]
    told = await undo(1, written.action.uid, by=cast.theo)
    assert told.sentence == "The note about Ines Okafor was taken back"
    assert await bodies(cast) == []


async def test_pages_turn_both_ways(cast: Cast) -> None:
    for number in range(PAGE_SIZE + 1):
        await write(1, cast.ines.id, str(number), by=cast.theo, key=str(number))
    first = await notes(1, cast.ines.id)
    last = await notes(1, cast.ines.id, first.next)
    assert [each.body for each in last.rows] == ["0"]
    assert await notes(1, cast.ines.id, last.previous) == first


async def test_notes_of_others_are_not_found(cast: Cast) -> None:
    await write(1, cast.ines.id, "Prefers oat milk", by=cast.theo, key="a")
    (kept,) = (await notes(1, cast.ines.id)).rows
    assert (await notes(cast.other_programme_id, cast.ines.id)).rows == ()
    with pytest.raises(NotFound):
        await remove(1, cast.rex.id, kept.uid, by=cast.theo)


async def test_erasing_the_person_erases_the_notes_and_the_trail_never_had_them(cast: Cast) -> None:
    await write(1, cast.ines.id, "Her mother is ill", by=cast.theo, key="a")
    assert "mother" not in str(
        await rows("SELECT sentence, before, after FROM actions WHERE programme_id = 1")
    )
    await privacy.erase(1, cast.ines.id, reason="Asked for it")
    assert await rows("SELECT 1 FROM notes WHERE programme_id = 1") == []
