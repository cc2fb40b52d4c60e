"""What may be sent to whom, and stopping it from a mail. PRODUCT L1, M5."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from db.engine import run, watched
from db.enums import AnswerSource, ContactChannel, ContactTopic
from loyalty import clock
from loyalty.customers import privacy
from loyalty.errors import Invalid, NotFound
from loyalty.preferences import consent, mail_links, told, unsubscribing
from loyalty.rules.actors import SYSTEM
from loyalty.rules.consent import Refusal
from tests.cast import Cast
from tests.factories import START
from tests.preferring import COMMUNICATION, ask_channels, ask_pause, ask_topics, seen, tell

EMAIL, SMS, PORTAL = ContactChannel
DIGEST, REWARDS, OTHER = ContactTopic.WEEKLY_DIGEST, ContactTopic.NEW_REWARDS, ContactTopic.OTHER
LINK = AnswerSource.MAIL_LINK
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
async def in_march() -> AsyncIterator[None]:
    with clock.at(START + timedelta(hours=1)):
        yield


async def agrees(cast: Cast) -> None:
    await run("UPDATE customers SET accepts_email = true WHERE programme_id = 1 AND id = {}", cast.ines.id)


async def test_without_a_choice_the_shops_own_newsletter_box_decides(cast: Cast) -> None:
    assert await consent.may_send(1, cast.ines.id, EMAIL) is Refusal.NOT_ASKED
    await agrees(cast)
    assert await consent.may_send(1, cast.ines.id, EMAIL) is None
    assert await consent.may_send(1, cast.ines.id, SMS) is Refusal.NO_ADDRESS
    assert await consent.may_send(1, cast.pia.id, EMAIL) is Refusal.LEFT
    assert await consent.may_send(1, cast.olu.id, PORTAL) is Refusal.GUEST
    with pytest.raises(NotFound):
        await consent.may_send(1, cast.ada.id, EMAIL)


async def test_choices_are_shown_and_enforced(cast: Cast) -> None:
    await ask_channels()
    await ask_topics()
    await agrees(cast)
    page = await seen(cast.ines)
    assert page.parts[0].asked[0].answer.options == ("email", "portal"), "never blank"
    await tell(cast.ines, COMMUNICATION, how_may_we_write=["email"], about_what=["new_rewards"])
    assert await consent.may_send(1, cast.ines.id, EMAIL, REWARDS) is None
    assert await consent.may_send(1, cast.ines.id, EMAIL, OTHER) is Refusal.TOPIC
    assert await consent.may_send(1, cast.ines.id, EMAIL, DIGEST) is Refusal.TOPIC
    assert await consent.may_send(1, cast.ines.id, PORTAL, REWARDS) is Refusal.UNSUBSCRIBED
    await tell(cast.ines, COMMUNICATION, how_may_we_write=[], about_what=[])
    assert await consent.may_send(1, cast.ines.id, EMAIL, REWARDS) is Refusal.UNSUBSCRIBED
    assert await consent.may_send(1, cast.ines.id, EMAIL, ContactTopic.SERVICE) is None


async def test_saving_the_assumed_choice_makes_it_a_said_one(cast: Cast) -> None:
    await ask_channels()
    await agrees(cast)
    saved = await tell(cast.ines, COMMUNICATION, how_may_we_write=["email", "portal"])
    assert saved.changed == 1
    await run("UPDATE customers SET accepts_email = false WHERE programme_id = 1")
    assert await consent.may_send(1, cast.ines.id, EMAIL) is None


async def test_a_pause_holds_messages_back_until_it_is_over(cast: Cast) -> None:
    await ask_pause()
    await agrees(cast)
    await tell(cast.ines, COMMUNICATION, a_break="month")
    assert await consent.may_send(1, cast.ines.id, EMAIL) is Refusal.PAUSED
    assert await consent.may_send(1, cast.ines.id, EMAIL, at=START + 31 * DAY) is None


async def test_many_are_judged_in_one_statement_and_alike(cast: Cast) -> None:
    await ask_channels()
    await agrees(cast)
    await tell(cast.rex, COMMUNICATION, how_may_we_write=["email"])
    everybody = [person.id for person in (cast.ines, cast.rex, cast.pia, cast.olu, cast.ada)]
    with watched() as asked:
        found = await consent.judged(1, everybody, EMAIL, REWARDS)
    assert len(asked) == 1
    assert set(found) == set(everybody[:4])
    for customer_id, refusal in found.items():
        assert await consent.may_send(1, customer_id, EMAIL, REWARDS) is refusal
    assert [found[each] for each in everybody[:2]] == [None, None]


async def test_unsubscribing_works_without_any_question_and_can_be_taken_back(cast: Cast) -> None:
    await agrees(cast)
    first = await unsubscribing.stop(1, cast.ines.id, EMAIL, by=SYSTEM, source=LINK)
    again = await unsubscribing.stop(1, cast.ines.id, EMAIL, by=SYSTEM, source=LINK)
    assert (first.changed, again.changed) == (True, False)
    assert await consent.may_send(1, cast.ines.id, EMAIL) is Refusal.UNSUBSCRIBED
    assert await consent.may_send(1, cast.ines.id, PORTAL) is None
    assert (await seen(cast.ines)).parts == (), "no question came onto the page by this"
    (said,) = await told.history(1, cast.ines.id)
    assert (said.source, said.words.title) == (LINK, "How may we write to you?")
    await unsubscribing.resume(1, cast.ines.id, EMAIL, by=SYSTEM, source=LINK)
    assert await consent.may_send(1, cast.ines.id, EMAIL) is None


async def test_unsubscribing_keeps_the_other_channels(cast: Cast) -> None:
    await ask_channels()
    await tell(cast.ines, COMMUNICATION, how_may_we_write=["email", "sms", "portal"])
    await unsubscribing.stop(1, cast.ines.id, EMAIL, by=SYSTEM, source=LINK)
    assert (await seen(cast.ines)).parts[0].asked[0].answer.options == ("sms", "portal")


def token(address: str) -> str:
    return address.rpartition("/")[2]


async def test_links_name_their_bearer_and_no_inner_id(cast: Cast) -> None:
    made = await mail_links.links(1, cast.ines.id)
    bearer = await mail_links.unsubscriber(token(made.unsubscribe))
    assert (bearer.customer_id, bearer.masked, bearer.channel) == (cast.ines.id, "i•••@example.org", EMAIL)
    assert (await mail_links.preferrer(token(made.preferences))).customer_id == cast.ines.id
    assert made.unsubscribe.startswith("/unsubscribe/")
    assert str(cast.ines.id) not in made.unsubscribe


@pytest.mark.parametrize("which", ["unsubscribe", "preferences"])
async def test_every_byte_of_a_token_counts(cast: Cast, which: str) -> None:
    made = token(getattr(await mail_links.links(1, cast.ines.id), which))
    read = mail_links.unsubscriber if which == "unsubscribe" else mail_links.preferrer
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_."
    for place, was in enumerate(made):
        for letter in ("A", "b", letters[(letters.index(was) + 1) % len(letters)], "=", "\n"):
            if letter == was:
                continue
            with pytest.raises(Invalid, match="damaged"):
                await read(made[:place] + letter + made[place + 1 :])
    for cut in (made[:-1], made + "A", made + "=", "", "." * 30, "é" * 9, made * 9):
        with pytest.raises(Invalid, match="damaged"):
            await read(cut)


async def test_a_link_for_one_thing_opens_no_other(cast: Cast) -> None:
    made = await mail_links.links(1, cast.ines.id)
    with pytest.raises(Invalid):
        await mail_links.preferrer(token(made.unsubscribe))
    with pytest.raises(Invalid):
        await mail_links.unsubscriber(token(made.preferences))


async def test_the_page_of_choices_closes_after_sixty_days_unsubscribing_never(cast: Cast) -> None:
    made = await mail_links.links(1, cast.ines.id)
    with clock.at(START + 61 * DAY):
        with pytest.raises(Invalid, match="too old"):
            await mail_links.preferrer(token(made.preferences))
        assert (await mail_links.unsubscriber(token(made.unsubscribe))).customer_id == cast.ines.id


async def test_nobody_is_behind_the_link_of_an_erased_person(cast: Cast) -> None:
    made = await mail_links.links(1, cast.ines.id)
    await privacy.erase(1, cast.ines.id, reason="Asked")
    with pytest.raises(NotFound):
        await mail_links.unsubscriber(token(made.unsubscribe))
