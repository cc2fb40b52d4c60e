"""A signed-in browser on the real app and a real database, in the test's own event loop."""

import json
import re
from dataclasses import dataclass
from html import unescape
from typing import Any, cast
from urllib.parse import unquote

import httpx

from db.enums import SessionKind
from loyalty import sessions
from loyalty.rules.actors import Actor
from tests.web.browsers import HTMX, OWN_SITE
from web import csrf
from web.outer import App

HTML = {"Accept": "text/html"}


@dataclass
class Desk:
    """Somebody's browser in the admin. `get` and `post` are plain unless told `htmx=True`."""

    client: httpx.AsyncClient
    token: str

    async def get(self, path: str, *, htmx: bool = False, **query: str) -> httpx.Response:
        headers = {**HTML, **(HTMX if htmx else {})}
        return await self.client.get(path, params=query or None, headers=headers)

    async def post(self, path: str, *, htmx: bool = False, at: str = "", **sent: str) -> httpx.Response:
        """Send a form of this session; `at` is the page that it was asked from."""
        signed = await sessions.authenticate(self.token)
        token = csrf.token(signed.csrf_secret) if signed else ""
        page = f"{self.client.base_url}{at}".replace("//admin", "/admin")
        asked = {"HX-Current-URL" if htmx else "Referer": page} if at else {}
        headers = {**HTML, **OWN_SITE, **asked, **(HTMX if htmx else {})}
        return await self.client.post(path, data={"csrf": token, **sent}, headers=headers)

    async def said(self) -> str:
        """The sentences that wait for this browser's next page."""
        signed = await sessions.authenticate(self.token)
        return " ".join(flash.sentence for flash in signed.flash) if signed else ""


async def sign_in(app: App, programme_id: int, who: Actor) -> Desk:
    """This staff member's browser."""
    assert who.id is not None
    token = await sessions.start(programme_id, SessionKind.STAFF, who.id, agent="Test", ip="192.0.2.1")
    client = httpx.AsyncClient(
        transport=httpx.ASGITransport(app=cast("Any", app)),
        base_url="http://shop.example",
        cookies={"session": token},
        follow_redirects=False,
    )
    return Desk(client, token)


def toast(answer: httpx.Response) -> dict[str, Any]:
    """What the answer's toast says, and the action it can undo."""
    told: dict[str, Any] = json.loads(answer.headers["hx-trigger"])["toast"]
    return told


def field(page: str, name: str) -> str:
    """The value of the hidden or typed field with this name."""
    found = re.search(rf'name="{name}"[^>]*? value="([^"]*)"', page)
    assert found is not None, name
    return unquote(found.group(1))


def onwards(page: str) -> str:
    """Where the pager's link to the next page leads."""
    found = re.search(r'rel="next" href="([^"]+)"', page)
    assert found is not None, "there is no next page"
    return unescape(found.group(1))
