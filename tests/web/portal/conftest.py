"""Browsers of members, on a real database and a real mail server."""

from collections.abc import AsyncIterator, Awaitable, Callable

import httpx
import pytest

from db.engine import Database
from db.enums import SessionKind
from loyalty import sessions
from loyalty.jobs.worker import Worker
from loyalty.mail import transport
from tests.cast import Cast, assemble
from tests.factories import Person
from tests.mailbox import Mailbox, mailbox
from tests.web.browsers import OWN_SITE
from web.outer import App

__all__ = ["mailbox"]

Browse = Callable[[Person | None], Awaitable[httpx.AsyncClient]]


@pytest.fixture
async def people(db: Database) -> Cast:
    """Everybody, without points."""
    transport.server.forgive()
    return await assemble()


def stranger(app: App) -> httpx.AsyncClient:
    """A browser nobody is signed in with."""
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app=app),
        base_url="http://shop.example",
        headers={"Accept": "text/html", **OWN_SITE},
    )


@pytest.fixture
async def browse(app: App, db: Database) -> AsyncIterator[Browse]:
    """`await browse(ines)` is her browser, signed in; `await browse(None)` a stranger's."""
    opened: list[httpx.AsyncClient] = []

    async def browser(person: Person | None) -> httpx.AsyncClient:
        client = stranger(app)
        opened.append(client)
        if person is not None:
            token = await sessions.start(person.programme_id, SessionKind.MEMBER, person.id)
            client.cookies.set("member", token)
        return client

    yield browser
    for client in opened:
        await client.aclose()


async def sign_in(client: httpx.AsyncClient, mailbox: Mailbox, email: str, shop: str = "bloom") -> None:
    """The whole way: address, mail, code."""
    asked = await client.post("/portal/sign-in", data={"email": email, "shop": shop})
    assert (asked.status_code, asked.headers["location"]) == (303, "/portal/sign-in/code")
    await Worker().step()
    done = await client.post("/portal/sign-in/code", data={"code": mailbox.code()})
    assert done.status_code == 303, done.text
