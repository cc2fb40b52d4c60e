"""Links in mails: unsubscribing at one press without signing in, safe against scanners. PRODUCT M5, RFC 8058."""

import html

import httpx
import pytest

from db.engine import run
from db.enums import ContactChannel
from loyalty.preferences import consent, mail_links
from loyalty.rules.consent import Refusal
from tests.cast import Cast
from tests.preferring import COMMUNICATION, ask, ask_channels, ask_topics, seen, tell
from tests.web.desk import field
from tests.web.portal.conftest import Browse

EMAIL = ContactChannel.EMAIL


@pytest.fixture
async def subscribed(people: Cast) -> Cast:
    await run("UPDATE customers SET accepts_email = true WHERE programme_id = 1")
    return people


async def mailbox_posts(client: httpx.AsyncClient, path: str) -> httpx.Response:
    """What a mailbox does by itself: no cookies, no origin, no form of ours."""
    client.cookies.clear()
    headers = {"Accept": "*/*", "Sec-Fetch-Site": "cross-site", "Origin": "https://mail.example"}
    return await client.post(path, data={"List-Unsubscribe": "One-Click"}, headers=headers)


async def test_looking_changes_nothing_and_one_press_stops(subscribed: Cast, browse: Browse) -> None:
    links = await mail_links.links(1, subscribed.ines.id)
    nobody = await browse(None)
    for _ in range(3):
        page = await nobody.get(links.unsubscribe)
        assert page.status_code == 200
    assert (await nobody.head(links.unsubscribe)).status_code == 200
    assert await consent.may_send(1, subscribed.ines.id, EMAIL) is None
    assert "i•••@example.org" in html.unescape(page.text)
    assert "Okafor" not in page.text
    assert page.headers["cache-control"] == "no-store"
    stopped = await nobody.post(links.unsubscribe)
    assert "You are unsubscribed" in stopped.text
    assert await consent.may_send(1, subscribed.ines.id, EMAIL) is Refusal.UNSUBSCRIBED
    assert await consent.may_send(1, subscribed.rex.id, EMAIL) is None
    back = await nobody.post(f"{links.unsubscribe}/return")
    assert "You are subscribed again" in back.text
    assert await consent.may_send(1, subscribed.ines.id, EMAIL) is None


async def test_a_mailbox_unsubscribes_by_itself_twice_is_once(subscribed: Cast, browse: Browse) -> None:
    links = await mail_links.links(1, subscribed.ines.id)
    for _ in range(2):
        answer = await mailbox_posts(await browse(None), links.unsubscribe)
        assert answer.status_code == 200
    assert await consent.may_send(1, subscribed.ines.id, EMAIL) is Refusal.UNSUBSCRIBED


async def test_damaged_links_are_told_in_words_and_change_nothing(subscribed: Cast, browse: Browse) -> None:
    links = await mail_links.links(1, subscribed.ines.id)
    nobody = await browse(None)
    for path in (links.unsubscribe, links.preferences):
        for damaged in (path[:-1] + ("A" if path[-1] != "A" else "B"), path[:-4], path + "x"):
            for answer in (await nobody.get(damaged), await nobody.post(damaged)):
                assert answer.status_code == 422
                assert "This link is damaged" in answer.text
    swapped = links.unsubscribe.replace("/unsubscribe/", "/preferences/")
    assert (await nobody.post(swapped)).status_code == 422
    assert await consent.may_send(1, subscribed.ines.id, EMAIL) is None


async def test_choices_about_messages_are_made_from_the_mail(subscribed: Cast, browse: Browse) -> None:
    await ask_channels()
    await ask_topics()
    await ask("Likes", "Bread", "Coffee")
    await tell(subscribed.ines, likes="bread")
    links = await mail_links.links(1, subscribed.ines.id)
    nobody = await browse(None)
    page = await nobody.get(links.preferences)
    assert 'value="email" checked' in page.text
    assert "Likes" not in page.text, "nothing else that is known is shown to whoever holds the mail"
    sent = {
        "version": field(page.text, "version"),
        "w.how_may_we_write": "1",
        "q.how_may_we_write": ["email"],
        "w.about_what": "1",
        "q.about_what": ["new_rewards"],
    }
    saved = await nobody.post(links.preferences, data=sent)
    assert (saved.status_code, "Saved. Thank you." in saved.text) == (200, True)
    part = (await seen(subscribed.ines)).part(COMMUNICATION)
    assert part is not None
    assert part.asked[0].given is not None
    assert part.asked[0].given.source == "mail_link"
    other = await nobody.post(links.preferences, data={**sent, "w.likes": "1", "q.likes": "coffee"})
    assert other.status_code == 409, "a link about messages answers nothing else"
    bad = await nobody.post(links.preferences, data={**sent, "q.about_what": ["everything"]})
    assert bad.status_code == 422


async def test_without_questions_the_page_says_so(subscribed: Cast, browse: Browse) -> None:
    links = await mail_links.links(1, subscribed.ines.id)
    page = await (await browse(None)).get(links.preferences)
    assert "The shop offers no choices about messages." in page.text
    assert (await (await browse(None)).post(links.preferences)).status_code == 404


async def test_the_link_is_hers_whoever_is_signed_in(subscribed: Cast, browse: Browse) -> None:
    links = await mail_links.links(1, subscribed.ines.id)
    await (await browse(subscribed.rex)).post(links.unsubscribe)
    assert await consent.may_send(1, subscribed.rex.id, EMAIL) is None
    assert await consent.may_send(1, subscribed.ines.id, EMAIL) is Refusal.UNSUBSCRIBED
