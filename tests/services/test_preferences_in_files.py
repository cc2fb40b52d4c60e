"""Questions and surprises of a programme file. PRODUCT L1, L2."""

import pytest

from db.engine import Database
from loyalty.errors import Invalid
from loyalty.preferences import pool, questions, wordings
from loyalty.programme_files import apply, read, show
from loyalty.rules.actors import SYSTEM

SHOP = 'handle = "shop"\nname = "Shop"\ntime_zone = "Europe/Berlin"\ncurrency = "EUR"\n'
LIKES = """
[[questions]]
key = "likes"
section = "interests"
kind = "one"
title = "Likes?"
boost_percent = 200
options = [{ label = "Skincare", category = "Skincare" }, { label = "Hair", key = "h" }]
"""
CARES = """
[[questions]]
key = "cares"
section = "interests"
title = "Cares?"
options = [{ label = "Local" }, { label = "Organic" }]
"""
REWARD = '[[rewards]]\nname = "Tea"\nkind = "custom"\npoints_price = 10\n'
POOL = """
[[surprises]]
name = "Fifty"
points = 50
stock = 5
[[surprises]]
name = "Tea"
reward = "Tea"
weight = 3
"""


async def test_applying_again_changes_nothing_and_showing_gives_the_same_file(db: Database) -> None:
    made = await apply(read(SHOP + REWARD + LIKES + CARES + POOL), by=SYSTEM)
    text = await show(made.programme_id)
    assert (await apply(read(text), by=SYSTEM)).changes == ()
    assert await show(made.programme_id) == text
    assert [each.number for each in await questions.published(made.programme_id)] == [1, 1]


async def test_new_words_are_a_new_wording_and_what_is_gone_is_archived(db: Database) -> None:
    made = await apply(read(SHOP + LIKES + CARES), by=SYSTEM)
    again = await apply(read(SHOP + LIKES.replace("Likes?", "Loves?")), by=SYSTEM)
    assert again.changes == ("question “likes”: reworded", "question “cares”: archived")
    (likes,) = await questions.published(made.programme_id)
    assert [each.words.title for each in await wordings.of(made.programme_id, likes)] == ["Loves?", "Likes?"]
    back = await apply(read(SHOP + CARES + LIKES), by=SYSTEM)
    assert back.changes[0] == "question “cares”: reworded"
    assert [each.key for each in await questions.published(made.programme_id)] == ["cares", "likes"]


async def test_the_pool_follows_the_file_and_its_stock_is_left_alone(db: Database) -> None:
    made = await apply(read(SHOP + REWARD + POOL), by=SYSTEM)
    heavier = POOL.replace("stock = 5", "stock = 9\nweight = 2")
    assert (await apply(read(SHOP + REWARD + heavier), by=SYSTEM)).changes == ("surprise “Fifty”: changed",)
    assert {prize.name: prize.stock for prize in await pool.prizes(made.programme_id)} == {
        "Fifty": 5,
        "Tea": None,
    }
    gone = await apply(read(SHOP), by=SYSTEM)
    assert "surprise “Tea”: taken out" in gone.changes


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (LIKES + LIKES, "questions: “likes” occurs twice"),
        (LIKES.replace("200", "100"), "boost_percent"),
        (LIKES.replace('section = "interests"', 'section = "moods"'), "section"),
        (CARES.replace(', { label = "Organic" }', ""), "at least two answers"),
        (POOL, "there is no “Tea” in this file"),
        ('[[surprises]]\nname = "Nothing"\n', "either points or a reward"),
    ],
)
async def test_what_cannot_be_is_refused_by_name(db: Database, text: str, sentence: str) -> None:
    with pytest.raises(Invalid, match=sentence):
        read(SHOP + text)


async def test_the_kind_of_a_question_that_was_asked_stays(db: Database) -> None:
    await apply(read(SHOP + CARES), by=SYSTEM)
    with pytest.raises(Invalid, match="kind and role stay"):
        await apply(read(SHOP + CARES.replace("title", 'kind = "one"\ntitle')), by=SYSTEM)
