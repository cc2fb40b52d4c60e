"""The shop's own token. The tests make tokens with the very lines that docs/portal.md gives to shops. PRODUCT O2."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from db.engine import run, value
from loyalty import clock
from loyalty.members.vouching import SPENT
from loyalty.rules.vouchers import BROKEN, OLD
from tests.cast import Cast
from tests.house.places import ROOT
from tests.web.portal.conftest import Browse

SECRET = "the store's own secret"
EXAMPLE = re.search(r"```python\n(.*?)```", (ROOT / "docs" / "portal.md").read_text(), re.DOTALL)

Link = Callable[..., str]


@pytest.fixture
async def link(people: Cast) -> Link:
    """The path a shop would link to: `link("ines@example.org")`."""
    await run(
        "UPDATE stores SET webhook_secret = {} WHERE programme_id = 1 AND id = {}", SECRET, people.web.id
    )
    assert EXAMPLE is not None
    told: dict[str, Callable[..., str]] = {}
    exec(EXAMPLE[1], told)

    def path(email: str, *, secret: str = SECRET, store: str = people.web.uid) -> str:
        return told["sign_in_link"]("", store, secret, email)

    return path


async def test_a_token_signs_in_once_and_only_by_its_button(people: Cast, browse: Browse, link: Link) -> None:
    client, path = await browse(None), link("ines@example.org")
    for _ in range(2):
        page = await client.get(path)
        assert (page.status_code, "ines@example.org" in page.text) == (200, True)
    assert (await client.get("/portal")).status_code == 303
    assert (await client.post(path)).headers["location"] == "/portal"
    assert "Ines" in (await client.get("/portal")).text
    again = await (await browse(None)).post(path)
    assert (again.status_code, SPENT in again.text) == (422, True)


async def test_a_changed_token_is_refused_and_uses_nothing_up(
    people: Cast, browse: Browse, link: Link
) -> None:
    """Every single byte is tried in tests/rules/test_vouchers.py; here a few go all the way."""
    client = await browse(None)
    start, token = link("ines@example.org").rsplit("/", 1)
    for at in range(0, len(token), 29):
        changed = token[:at] + ("A" if token[at] != "A" else "B") + token[at + 1 :]
        answer = await client.post(f"{start}/{changed}")
        assert (answer.status_code, BROKEN in answer.text) == (422, True), changed
    assert (await client.post(f"{start}/{token}")).status_code == 303


async def test_an_old_token_and_one_from_the_future_are_refused(
    people: Cast, browse: Browse, link: Link
) -> None:
    client, path, now = await browse(None), link("ines@example.org"), datetime.now(UTC)
    with clock.at(now + timedelta(seconds=121)):
        answer = await client.post(path)
        assert (answer.status_code, OLD in answer.text) == (422, True)
    with clock.at(now - timedelta(minutes=3)):
        assert BROKEN in (await client.post(path)).text
    assert (await client.post(path)).status_code == 303


async def test_a_token_lives_five_minutes_at_most(people: Cast, browse: Browse, link: Link) -> None:
    assert EXAMPLE is not None
    told: dict[str, Callable[..., str]] = {}
    exec(EXAMPLE[1].replace("now + 120", "now + 301"), told)
    path = told["sign_in_link"]("", people.web.uid, SECRET, "ines@example.org")
    assert BROKEN in (await (await browse(None)).post(path)).text


async def test_another_secret_and_another_store_are_refused(people: Cast, browse: Browse, link: Link) -> None:
    client = await browse(None)
    for path in (link("ines@example.org", secret="guess"), link("ines@example.org", store="nowhere")):
        assert (await client.post(path)).status_code == 422
    await run("UPDATE stores SET webhook_secret = NULL WHERE programme_id = 1")
    assert (await client.post(link("ines@example.org", secret=""))).status_code == 422, "no secret is no key"


async def test_a_replaced_secret_works_until_it_is_gone(people: Cast, browse: Browse, link: Link) -> None:
    await run(
        "UPDATE stores SET previous_webhook_secret = webhook_secret, webhook_secret = 'new' WHERE programme_id = 1"
    )
    assert (await (await browse(None)).post(link("ines@example.org"))).status_code == 303


async def test_somebody_new_is_a_guest_with_a_verified_address(
    people: Cast, browse: Browse, link: Link
) -> None:
    client = await browse(None)
    await client.post(link("nora@example.org"))
    assert "Join Bloom" in (await client.get("/portal")).text
    verified = (
        "SELECT email_verified_at FROM customers WHERE programme_id = 1 AND email_key = 'nora@example.org'"
    )
    assert await value(verified) is not None


async def test_a_token_may_hold_no_line_ends_or_nonsense(people: Cast, browse: Browse, link: Link) -> None:
    client = await browse(None)
    for email in ("nope", "a@b", "x\ny@example.org", "x" * 300 + "@example.org"):
        assert (await client.post(link(email))).status_code == 422, email
    for token in ("v1..", "v1.e30.0", "v2.e30.0", "v1.bnVsbA.0", "…", "v1.%00.0", "a.b.c.d"):
        assert (await client.get(f"/portal/sign-in/shop/{token}")).status_code in (400, 422), token
