"""What telling us earns: the completed profile, the birthday surprise. PRODUCT L2."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from db.engine import rows, value
from db.enums import AnswerSource, EntryKind, QuestionKind
from loyalty import clock, undo
from loyalty.errors import Invalid, Stale
from loyalty.merging.merging import merge
from loyalty.preferences import answering, current, drawing, pool
from loyalty.preferences import bonus as bonuses
from loyalty.preferences.pool import Wanted
from tests import factories
from tests.cast import Cast
from tests.factories import START
from tests.preferring import INTERESTS, PROFILE, VALUES, ask, ask_birthday, bonus, prize, seen, tell, themself

BORN = {"when_is_your_birthday": ["5", "17", ""]}


@pytest.fixture(autouse=True)
async def in_march() -> AsyncIterator[None]:
    with clock.at(START + timedelta(hours=1)):
        yield


async def test_the_last_answer_completes_the_profile_and_pays_once(cast: Cast) -> None:
    await bonus(250)
    await ask("Likes", "Bread", "Coffee")
    cares = await ask("Cares", "Local", "Organic", section=VALUES)
    assert (await tell(cast.ines, likes="bread")).followed.bonus is None
    assert (await seen(cast.ines)).progress.percent == 50
    assert (await tell(cast.ines, VALUES, cares="local")).followed.bonus == 250
    assert await factories.entries(cast.ines) == [(EntryKind.EARN_ACTION, 250)]
    await answering.withdraw(1, cast.ines.id, cares.uid, by=themself(cast.ines), source=AnswerSource.PORTAL)
    assert (await tell(cast.ines, VALUES, cares="organic")).followed.bonus is None
    assert await factories.balance(cast.ines) == 250


async def test_a_later_question_does_not_uncomplete(cast: Cast) -> None:
    await bonus(250)
    await ask("Likes", "Bread", "Coffee")
    await tell(cast.ines, likes="bread")
    await ask("More", "This", "That")
    page = await seen(cast.ines)
    assert page.progress.complete
    assert page.completed_points == 250
    assert (await tell(cast.ines, more="this")).followed.bonus is None


async def test_a_renamed_rule_does_not_pay_again(cast: Cast) -> None:
    await bonuses.set_bonus(1, 100, by=cast.mara)
    await ask("Likes", "Bread", "Coffee")
    assert (await tell(cast.ines, likes="bread")).followed.bonus == 100
    await bonus(300)
    await tell(cast.ines, likes="coffee")
    assert await factories.balance(cast.ines) == 100


async def test_messages_are_no_part_of_the_profile(cast: Cast) -> None:
    await bonus()
    assert not (await seen(cast.ines)).progress.complete
    await ask("Likes", "Bread", "Coffee")
    assert (await seen(cast.ines)).progress.asked == 1


async def test_what_a_colleague_or_a_file_says_for_them_earns_nothing(cast: Cast) -> None:
    await bonus()
    await ask("Likes", "Bread", "Coffee")
    saved = await tell(cast.ines, likes="bread", source=AnswerSource.STAFF)
    assert saved.followed.bonus is None
    await tell(cast.pia, likes="bread")
    assert await factories.entries(cast.pia) == []


async def test_two_saves_at_once_pay_once(cast: Cast) -> None:
    await bonus(250)
    await ask("Likes", "Bread", "Coffee")
    await ask("Cares", "Local", "Organic", section=VALUES)
    await asyncio.gather(tell(cast.ines, likes="bread"), tell(cast.ines, VALUES, cares="local"))
    assert await factories.balance(cast.ines) == 250


async def test_the_bonus_is_set_from_the_page_and_holds_from_then(cast: Cast) -> None:
    assert await bonuses.set_bonus(1, 250, by=cast.mara) == "Completing the profile earns 250 points"
    await bonuses.set_bonus(1, 300, by=cast.mara)
    assert await current.bonus_of(1, clock.now()) == 300
    await bonuses.set_bonus(1, 0, by=cast.mara)
    assert await current.bonus_of(1, clock.now()) == 0
    await bonuses.set_bonus(1, 300, by=cast.mara)
    assert len(await rows("SELECT id FROM earning_rules WHERE programme_id = 1")) == 1
    with pytest.raises(Invalid):
        await bonuses.set_bonus(1, -1, by=cast.mara)


async def test_a_birthday_draws_a_surprise_once_with_its_proof(cast: Cast) -> None:
    await ask_birthday()
    await prize("50 points", 3)
    await prize("100 points", 1, points=100)
    found = (await tell(cast.ines, PROFILE, **BORN)).followed.surprise
    assert found is not None
    assert found.points in (50, 100)
    assert await factories.entries(cast.ines) == [(EntryKind.BONUS, found.points)]
    (drawn,) = await drawing.draws(1)
    assert (drawn.proven, drawn.total, drawn.prize) == (True, 4, found.name)
    with clock.at(START + timedelta(days=400)):
        again = await tell(cast.ines, PROFILE, when_is_your_birthday=["6", "1", ""])
    assert again.followed.surprise is None


async def test_a_reward_from_the_pool_is_issued_with_its_code(cast: Cast) -> None:
    await ask_birthday()
    mug = await factories.reward(1, "Mug", stock=1)
    await prize("A mug", reward_uid=mug.uid)
    found = (await tell(cast.ines, PROFILE, **BORN)).followed.surprise
    assert found is not None
    assert found.code
    assert await value("SELECT source FROM issued_rewards WHERE programme_id = 1") == "birthday"
    assert (await tell(cast.rex, PROFILE, **BORN)).followed.surprise is None, "the only mug is gone"


async def test_two_birthdays_at_once_share_a_stock_of_one(cast: Cast) -> None:
    await ask_birthday()
    await prize("The last one", stock=1)
    both = await asyncio.gather(tell(cast.ines, PROFILE, **BORN), tell(cast.rex, PROFILE, **BORN))
    assert sorted(saved.followed.surprise is not None for saved in both) == [False, True]
    assert (await pool.prizes(1))[0].left == 0


async def test_a_birthday_from_a_file_draws_nothing(cast: Cast) -> None:
    await ask_birthday()
    await prize()
    saved = await tell(cast.ines, PROFILE, source=AnswerSource.IMPORT, **BORN)
    assert saved.followed.surprise is None


async def test_the_pool_is_edited_stale_edits_are_refused_and_undone(cast: Cast) -> None:
    await prize("50 points")
    (before,) = await pool.prizes(1)
    edited = await pool.edit(
        1, before.uid, Wanted("60 points", 5, points=60), version=before.version, by=cast.mara
    )
    with pytest.raises(Stale):
        await pool.edit(1, before.uid, Wanted("70", 5, points=70), version=before.version, by=cast.mara)
    assert edited.action is not None
    await undo.undo(1, edited.action.uid, by=cast.mara)
    assert (await pool.prizes(1))[0].name == "50 points"
    removed = await pool.remove(1, before.uid, by=cast.mara)
    assert await pool.prizes(1) == ()
    assert removed.action is not None
    await undo.undo(1, removed.action.uid, by=cast.mara)
    assert len(await pool.prizes(1)) == 1
    assert (
        await pool.add(1, Wanted("50 points", 1, points=50), by=cast.mara, key="50 points")
    ).action is None


async def test_free_text_counts_as_told(cast: Cast) -> None:
    await bonus(10)
    await ask("Notes", section=PROFILE, kind=QuestionKind.TEXT)
    assert (await tell(cast.ines, PROFILE, notes="Oat milk, please")).followed.bonus == 10
    assert INTERESTS not in [part.section for part in (await seen(cast.ines)).parts]


async def test_a_merged_person_keeps_the_one_draw_of_their_life(cast: Cast) -> None:
    await ask_birthday()
    await prize()
    await tell(cast.rex, PROFILE, **BORN)
    await merge(1, cast.ines.uid, cast.rex.uid, by=cast.mara, key="k")
    with clock.at(START + timedelta(days=400)):
        saved = await tell(cast.ines, PROFILE, when_is_your_birthday=["6", "1", ""])
    assert saved.followed.surprise is None
    assert len(await drawing.draws(1)) == 1
