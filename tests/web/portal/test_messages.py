"""The inbox in the portal: found, read, put away, explained. PRODUCT M1, L1."""

from collections.abc import AsyncIterator

import pytest

from db.engine import run, value, watched
from db.enums import ContactChannel
from loyalty import clock
from loyalty.campaigns import explaining
from loyalty.campaigns.stored import Message
from loyalty.mail import transport
from loyalty.programmes import get
from loyalty.rules.campaigns.channels import Channels
from tests.campaigning import NOON, Plan, segment, sent
from tests.cast import Cast
from tests.web.desk import field
from tests.web.portal.conftest import Browse

INBOX = "/portal/messages"
WORDS = Message(
    "{{ first_name | Friend }}, <b>bread</b>",
    "Warm",
    "Hi **{{ first_name | there }}** <script>alert(1)</script>\n\n[Come](/portal/rewards)",
    "You bought bread with us",
)


@pytest.fixture(autouse=True)
async def at_noon(people: Cast) -> AsyncIterator[None]:
    transport.server.forgive()
    with clock.at(NOON):
        yield


async def test_a_message_is_announced_read_once_and_explained(people: Cast, browse: Browse) -> None:
    loyals = await segment("At-Risk Loyals", people.ines)
    plan = Plan(segments=(loyals.uid,), message=WORDS, channels=Channels((ContactChannel.PORTAL,)))
    made = await sent(people, plan)
    ines, rex = await browse(people.ines), await browse(people.rex)
    home = (await ines.get("/portal")).text
    assert "one unread" in home
    assert "Ines, &lt;b&gt;bread&lt;/b&gt;" in home
    here = f"{INBOX}/{home.split(INBOX + '/')[1].split(chr(34))[0]}"
    csrf = field(home, "csrf")
    assert (await ines.head(here)).status_code == 200
    assert await value("SELECT count(read_at) FROM portal_messages WHERE programme_id = 1") == 0
    away = await ines.post(f"{here}/putting-away", data={"csrf": csrf})
    assert (away.status_code, away.headers["location"]) == (303, "/portal")
    assert here not in (await ines.get("/portal")).text
    with watched() as asked:
        listed = (await ines.get(INBOX)).text
    assert sum("portal_messages" in sql for sql in asked) == 2
    assert 'class="unread"' in listed
    page = (await ines.get(here)).text
    assert "one unread" not in page
    for word in (
        "<strong>Ines</strong>",
        "&lt;script&gt;",
        'class="btn"',
        "You bought bread with us",
        "a member since",
    ):
        assert word in page
    assert "At-Risk" not in page
    assert 'class="unread"' not in (await ines.get(INBOX)).text
    assert [(await rex.get(here)).status_code, "No messages yet" in (await rex.get(INBOX)).text] == [
        404,
        True,
    ]
    assert (await rex.post(f"{here}/putting-away", data={"csrf": csrf})).status_code in (403, 404)
    assert (await (await browse(people.olu)).get(INBOX)).status_code == 303
    mailed = explaining.path(await get(1), made, people.ines.uid, ContactChannel.EMAIL)
    await run("UPDATE campaigns SET why = '' WHERE programme_id = 1")
    stranger = await browse(None)
    why = await stranger.get(mailed)
    assert why.headers["cache-control"] == "no-store"
    for word in ("It went to some members", "have changed that since", "/preferences/", "/unsubscribe/"):
        assert word in why.text
    assert "At-Risk" not in why.text
    assert (await stranger.get(mailed[:-1])).status_code == 404


async def test_a_member_says_where_they_live(people: Cast, browse: Browse) -> None:
    ines = await browse(people.ines)
    csrf = field((await ines.get("/portal/data")).text, "csrf")
    kept = "SELECT time_zone FROM customers WHERE programme_id = 1 AND id = {}"
    for sent_zone, status, zone in (
        ("Pacific/Auckland", 303, "Pacific/Auckland"),
        ("Middle/Earth", 422, "Pacific/Auckland"),
        ("", 303, None),
    ):
        said = await ines.post("/portal/data/time-zone", data={"csrf": csrf, "time_zone": sent_zone})
        assert (said.status_code, await value(kept, people.ines.id)) == (status, zone)
