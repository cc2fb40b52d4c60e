"""Opens are measured where the shop does so and the member agreed, and of nobody else; and mails by the hour."""

from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import asdict, replace
from datetime import timedelta

import httpx
import pytest
from litestar import Litestar

from db.engine import one, run
from db.enums import QuestionRole
from loyalty import clock, programmes
from loyalty.campaigns import arriving, opening, pacing
from loyalty.campaigns.stored import Campaign
from loyalty.customers.privacy import erase
from loyalty.drafts import fingerprint
from loyalty.mail import transport
from loyalty.preferences import questions
from loyalty.programme_details import editing
from loyalty.programme_details.details import Details, details_of
from tests import factories
from tests.campaigning import NOON, Plan, agree, arrive, places, scheduled, segment, sent, work
from tests.cast import Cast
from tests.factories import Person
from tests.mailbox import Mailbox, mailbox
from tests.preferring import COMMUNICATION, tell
from web.handlers.portal.opens import show_picture

__all__ = ["mailbox"]


@pytest.fixture(autouse=True)
async def fresh(cast: Cast) -> AsyncIterator[None]:
    transport.server.forgive()
    with clock.at(NOON):
        yield
    transport.server.forgive()


async def settings() -> Details:
    return details_of(await programmes.get(1))


async def save(cast: Cast, wanted: Details) -> None:
    """Mara saves the settings."""
    seen = fingerprint(asdict(await settings()))
    await editing.edit(1, wanted, seen=seen, by=cast.mara, key=fingerprint(asdict(wanted)))


async def answers(person: Person, *options: str) -> None:
    """They answer in the preference center whether opens may be measured."""
    asked = await questions.with_role(1, QuestionRole.OPENS)
    assert asked is not None
    await tell(person, COMMUNICATION, **{asked.key: list(options)})


def picture(box: Mailbox, person: Person) -> str:
    """The token of the picture in somebody's mail; empty: there is none."""
    mail = next(each for each in box.mails if each["To"] == person.email)
    html = mail.get_body(("html",))
    assert html is not None
    text = html.get_content()
    assert text.count("<img") == text.count("http://shop.example/o/")
    return str(text.partition("http://shop.example/o/")[2].partition('"')[0])


async def opened(campaign: Campaign) -> tuple[int, int, int]:
    """Of whom it is measured, who opened it, and how often."""
    (went,) = arriving.together(await arriving.by_arm(1, (campaign,)))
    return went.measured, went.opened, went.opens


async def test_only_who_agreed_is_measured_and_only_while_they_agree(cast: Cast, mailbox: Mailbox) -> None:
    await agree(cast.ines, cast.rex)
    loyals = await segment("Loyals", cast.ines, cast.rex)
    plan = Plan(segments=(loyals.uid,), cap=replace(Plan().cap, messages=9))
    unmeasured = await sent(cast, plan, key="before")
    assert not picture(mailbox, cast.ines)
    mailbox.mails.clear()
    await save(cast, replace(await settings(), measures_opens=True))
    asked = await questions.with_role(1, QuestionRole.OPENS)
    assert asked is not None
    assert asked.asked
    await answers(cast.ines, "opens")
    made = await sent(cast, plan, key="after")
    token = picture(mailbox, cast.ines)
    assert token
    assert not picture(mailbox, cast.rex)
    assert await opened(made) == (1, 0, 0)
    await opening.note(token)
    with clock.at(NOON + timedelta(hours=1)):
        await opening.note(token)
    assert await opened(made) == (1, 1, 2)
    first = await one(
        "SELECT opened_at FROM campaign_recipients WHERE programme_id = 1 AND customer_id = {} AND measured",
        cast.ines.id,
    )
    assert first is not None
    assert first["opened_at"] == NOON
    assert await opened(unmeasured) == (0, 0, 0)
    programme = await programmes.get(1)
    forged = opening.path(programme, made, cast.rex.uid).removeprefix("/o/")
    for other in (forged, token[:-2] + "xx", "", "x" * 500, token.replace(".", "")):
        await opening.note(other)
    await answers(cast.ines)
    await opening.note(token)
    await answers(cast.ines, "opens")
    await save(cast, replace(await settings(), measures_opens=False))
    await opening.note(token)
    assert await opened(made) == (1, 1, 2)
    await erase(1, cast.ines.id, reason="Asked for it")
    assert await opened(made) == (0, 0, 0)


async def test_the_picture_is_the_same_for_everybody_and_kept_nowhere(cast: Cast, mailbox: Mailbox) -> None:
    app = Litestar([show_picture], openapi_config=None)
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app=app), base_url="http://shop.example"
    ) as browser:
        got = await browser.get("/o/damaged")
    assert (got.status_code, got.headers["content-type"]) == (200, "image/gif")
    assert got.content.startswith(b"GIF89a\x01\x00\x01\x00")
    assert got.headers["cache-control"] == "no-store"
    assert "set-cookie" not in got.headers


async def test_no_more_go_out_an_hour_than_the_shop_allows_and_progress_stays_true(
    cast: Cast, mailbox: Mailbox
) -> None:
    crowd = [await factories.customer(1, f"M{number}") for number in range(30)]
    await agree(*crowd)
    everybody = await segment("Crowd", *crowd)
    await save(cast, replace(await settings(), mails_an_hour=120))
    made = await scheduled(cast, Plan(segments=(everybody.uid,)))
    begun, arrived = NOON + timedelta(minutes=2), [0]
    for minutes in range(0, 24, 2):
        await work(begun, minutes=minutes)
        arrived.append(len(mailbox.mails))
        told = Counter((await places(made)).values())
        assert told["delivered"] + told["waiting"] + told["posted"] == 30
        assert told["delivered"] <= arrived[-1] <= told["delivered"] + told["posted"]
    # 120 an hour are 12 in six minutes, and two looks of the worker at it lie less apart.
    assert max(later - earlier for earlier, later in zip(arrived, arrived[2:], strict=False)) == 12
    assert arrived[-1] == len({str(mail["To"]) for mail in mailbox.mails}) == 30
    other = await scheduled(
        cast, Plan(segments=(everybody.uid,), cap=replace(Plan().cap, messages=9)), key="b"
    )
    await run("UPDATE programmes SET mails_an_hour = 0 WHERE programme_id = 1")
    await arrive(NOON + timedelta(hours=1))
    assert set((await places(other)).values()) == {"delivered"}


def test_an_hour_is_spread_so_that_none_has_more() -> None:
    for limit in (1, 9, 10, 99, 100, 599, 600, 659, 1_000, 1_000_000):
        share, part = pacing.spread(limit)
        assert 0.9 * limit <= share * (timedelta(hours=1) / part) <= limit
