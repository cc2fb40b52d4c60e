"""Two records of one person took part: what is kept, what segments see, and what is given once. PRODUCT B6, L3."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from db.engine import rows
from db.enums import ResponseState
from loyalty import clock, undo
from loyalty.ledger.balances import balance
from loyalty.merging.merging import merge
from loyalty.rules.actors import themself
from loyalty.surveys import responses, taking
from tests import factories
from tests.cast import Cast, assert_books_balance
from tests.factories import START, Person
from tests.surveying import FLAVOUR, LOAF, PURIST, ROUTINE, challenge, published


@pytest.fixture(autouse=True)
async def in_march() -> AsyncIterator[None]:
    with clock.at(START + timedelta(days=1)):
        yield


async def declared(person: Person) -> set[str]:
    found = await rows(
        "SELECT option_key FROM preference_choices WHERE programme_id = 1 AND customer_id = {}", person.id
    )
    return {row["option_key"] for row in found}


async def test_the_kept_record_keeps_its_response_gets_the_others_and_is_paid_once(cast: Cast) -> None:
    loaf, bun, two = await published(LOAF), await published(FLAVOUR), await published(challenge())
    gone = await factories.customer(1, "Ines Okafor", email="ines@work.example")
    mine, theirs = themself(cast.ines.id), themself(gone.id)
    await taking.vote(1, cast.ines.id, bun.uid, "cardamom", by=mine)
    await taking.vote(1, gone.id, bun.uid, "cinnamon", by=theirs)
    await taking.finish(1, gone.id, loaf.uid, ROUTINE, by=theirs)
    await taking.take_up(1, gone.id, two.uid, by=theirs)

    done = await merge(1, cast.ines.uid, gone.uid, by=cast.mara, key="m")
    await assert_books_balance()
    assert await declared(cast.ines) == {"cardamom", "routine_seeker", "started"}
    assert await declared(gone) == {"cinnamon"}
    running = await responses.of_survey(1, cast.ines.id, two.id)
    assert running is not None
    assert running.state is ResponseState.OPEN

    before = (await balance(1, cast.ines.id)).available
    await taking.give_up(1, cast.ines.id, loaf.uid, by=mine)
    again = await taking.finish(1, cast.ines.id, loaf.uid, PURIST, by=mine)
    assert again.award.points == 0
    assert (await balance(1, cast.ines.id)).available == before
    assert await declared(cast.ines) == {"cardamom", "sourdough_purist", "started"}
    await assert_books_balance()
    assert done.action.uid


async def test_undoing_the_merge_gives_responses_and_choices_back(cast: Cast) -> None:
    loaf = await published(LOAF)
    gone = await factories.customer(1, "Ines Okafor", email="ines@work.example")
    await taking.finish(1, gone.id, loaf.uid, ROUTINE, by=themself(gone.id))
    done = await merge(1, cast.ines.uid, gone.uid, by=cast.mara, key="m")
    await undo.undo(1, done.action.uid, by=cast.mara)
    await assert_books_balance()
    assert await declared(gone) == {"routine_seeker"}
    assert await declared(cast.ines) == set()
