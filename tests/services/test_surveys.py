"""Members take part: results, votes, challenges that orders reach; each gives what it gives once. PRODUCT L3."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import pytest

from db.engine import rows
from db.enums import GoalKind, ResponseState
from loyalty import clock
from loyalty.errors import AlreadyDone, Invalid, NotAMember, NotFound
from loyalty.rules.actors import SYSTEM
from loyalty.rules.orders import IncomingLine
from loyalty.surveys import advancing, responses, taking
from loyalty.surveys.taking import Closed
from loyalty.surveys.tallies import tally
from tests import factories
from tests.cast import Cast, assert_books_balance
from tests.factories import START
from tests.ledger.shop import Shop, line, refund
from tests.surveying import FLAVOUR, LOAF, PURIST, ROUTINE, challenge, published

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture(autouse=True)
async def in_march(cast: Cast) -> AsyncIterator[None]:
    with clock.at(START + HOUR):
        yield


async def declared(cast: Cast) -> set[tuple[str, str]]:
    found = await rows(
        "SELECT question_key, option_key FROM preference_choices WHERE programme_id = 1 AND customer_id = {}",
        cast.ines.id,
    )
    return {(row["question_key"], row["option_key"]) for row in found}


async def sells(shop: Shop, of: str, *lines: IncomingLine, at: datetime) -> None:
    """An order of Ines's, paid and told of at `at`."""
    total = sum(each.total_minor for each in lines)
    await shop.gets(shop.told(total, of=of, lines=lines, placed_at=at, paid_at=at), at=at)


async def test_a_finished_quiz_gives_its_outcome_once_and_another_result_gives_nothing_more(
    cast: Cast,
) -> None:
    quiz = await published(LOAF)
    first = await taking.finish(1, cast.ines.id, quiz.uid, ROUTINE, by=SYSTEM)
    assert (first.sentence, first.award.points) == (
        "Your result: Routine seeker. Yours: 100 points",
        100,
    )
    assert await declared(cast) == {("quiz:find_your_loaf", "routine_seeker")}
    again = await taking.finish(1, cast.ines.id, quiz.uid, ROUTINE, by=SYSTEM)
    assert again.repeated
    other = await taking.finish(1, cast.ines.id, quiz.uid, PURIST, by=SYSTEM)
    assert (other.sentence, other.award.points) == ("Your result: Sourdough purist", 0)
    assert await declared(cast) == {("quiz:find_your_loaf", "sourdough_purist")}
    assert await factories.balance(cast.ines) == 100
    await assert_books_balance()


async def test_an_unfinished_quiz_is_refused_by_its_question(cast: Cast) -> None:
    quiz = await published(LOAF)
    with pytest.raises(Invalid) as refused:
        await taking.finish(1, cast.ines.id, quiz.uid, {"when_do_you_bake": "never"}, by=SYSTEM)
    assert refused.value.field == "crust_or_crumb"
    assert await responses.of_survey(1, cast.ines.id, quiz.id) is None


async def test_a_vote_can_be_changed_until_the_poll_closes_and_counts_once(cast: Cast) -> None:
    poll = await published(FLAVOUR, closes_at=START + 2 * DAY)
    await taking.vote(1, cast.ines.id, poll.uid, "cardamom", by=SYSTEM)
    await taking.vote(1, cast.rex.id, poll.uid, "cinnamon", by=SYSTEM)
    assert (await taking.vote(1, cast.ines.id, poll.uid, "cinnamon", by=SYSTEM)).award.points == 0
    found = await tally(1, poll)
    assert [(share.title, share.people, share.percent) for share in found.shares] == [
        ("Cardamom", 0, 0),
        ("Cinnamon", 2, 100),
    ]
    with clock.at(START + 3 * DAY), pytest.raises(Closed, match="is closed; what you told us"):
        await taking.vote(1, cast.ines.id, poll.uid, "cardamom", by=SYSTEM)
    assert await factories.balance(cast.ines) == 20


async def test_an_unknown_answer_and_another_shops_poll_are_refused(cast: Cast) -> None:
    poll = await published(FLAVOUR)
    with pytest.raises(Invalid):
        await taking.vote(1, cast.ines.id, poll.uid, "liquorice", by=SYSTEM)
    with pytest.raises(NotFound):
        await taking.vote(2, cast.ada.id, poll.uid, "cinnamon", by=SYSTEM)
    with pytest.raises(NotFound):
        await taking.finish(1, cast.ines.id, poll.uid, {}, by=SYSTEM)
    for stranger in (cast.olu, cast.pia):
        with pytest.raises(NotAMember):
            await taking.vote(1, stranger.id, poll.uid, "cinnamon", by=SYSTEM)


async def test_a_challenge_is_reached_by_orders_and_pays_once(cast: Cast) -> None:
    shop = Shop(cast, cast.ines)
    game = await published(challenge(2))
    with clock.at(START):
        await sells(shop, "before", line(1_000), at=START)
    await taking.take_up(1, cast.ines.id, game.uid, by=SYSTEM)
    assert await declared(cast) == {("challenge:two_loaves", "started")}
    await sells(shop, "first", line(1_000), at=START + 2 * HOUR)
    assert (await responses.running(1, cast.ines.id))[0].state is ResponseState.OPEN
    await sells(shop, "second", line(1_000), at=START + 3 * HOUR)
    ended = await responses.of_survey(1, cast.ines.id, game.id)
    assert ended is not None
    assert (ended.state, ended.outcome) == (ResponseState.DONE, "reached")
    assert await declared(cast) == {("challenge:two_loaves", "reached")}
    await sells(shop, "third", line(1_000), at=START + 4 * HOUR)
    paid = await rows("SELECT points FROM survey_awards WHERE programme_id = 1")
    assert [row["points"] for row in paid] == [150]
    await assert_books_balance()


async def test_only_matching_items_count_and_what_was_refunded_does_not(cast: Cast) -> None:
    shop = Shop(cast, cast.ines)
    game = await published(challenge(3, goal=GoalKind.ITEMS, category="bread"))
    await taking.take_up(1, cast.ines.id, game.uid, by=SYSTEM)
    await sells(shop, "a", line(500, quantity=2, category="Bread"), line(900), at=START + 2 * HOUR)
    await shop.refunds(refund("r1", 1_400, of="a", at=START + 3 * HOUR), at=START + 3 * HOUR)
    await sells(shop, "b", line(500, quantity=2, category="Bread"), at=START + 4 * HOUR)
    response = (await responses.running(1, cast.ines.id))[0]
    found = await advancing.progress(1, cast.ines.id, game.shown, response)
    assert (found.reached, found.complete) == (2, False)


async def test_a_challenge_not_reached_in_time_is_missed(cast: Cast) -> None:
    game = await published(challenge(2, days=2))
    await taking.take_up(1, cast.ines.id, game.uid, by=SYSTEM)
    with clock.at(START + DAY):
        assert await advancing.end_overdue(1) == 0
    with clock.at(START + 3 * DAY):
        assert await advancing.end_overdue(1) == 1
    ended = await responses.of_survey(1, cast.ines.id, game.id)
    assert ended is not None
    assert ended.state is ResponseState.MISSED


async def test_withdrawing_leaves_the_segment_at_once_and_taking_part_again_pays_nothing(cast: Cast) -> None:
    quiz = await published(LOAF)
    await taking.finish(1, cast.ines.id, quiz.uid, ROUTINE, by=SYSTEM)
    await taking.give_up(1, cast.ines.id, quiz.uid, by=SYSTEM)
    assert await declared(cast) == set()
    with pytest.raises(AlreadyDone):
        await taking.give_up(1, cast.ines.id, quiz.uid, by=SYSTEM)
    assert (await taking.finish(1, cast.ines.id, quiz.uid, PURIST, by=SYSTEM)).award.points == 0
    assert await factories.balance(cast.ines) == 100


async def test_an_outcome_gives_its_reward(cast: Cast) -> None:
    mug = await factories.reward(1, "Enamel mug", price=900)
    game = await published(challenge(1, points=0, reward=mug.uid))
    await taking.take_up(1, cast.ines.id, game.uid, by=SYSTEM)
    await sells(Shop(cast, cast.ines), "a", line(500), at=START + 2 * HOUR)
    issued = await rows("SELECT source, status FROM issued_rewards WHERE programme_id = 1")
    assert issued == [{"source": "survey", "status": "outstanding"}]
