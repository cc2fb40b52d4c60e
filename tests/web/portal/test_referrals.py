"""/r/{code}: what a friend meets. PRODUCT G1, G4."""

from collections.abc import AsyncIterator

import httpx
import pytest

from db.engine import Database, loads, one, rows, run
from loyalty import clock
from loyalty.referrals import tries
from loyalty.referrals.cancelling import cancel
from tests import factories
from tests.cast import Cast, assemble, assert_books_balance
from tests.referring import NOW, invite, status_of, with_coupon
from tests.web.browsers import OTHER_SITE, OWN_SITE
from tests.web.desk import field
from web.outer import App

ONE_ANSWER = "This address can’t use the invitation."


@pytest.fixture
async def cast(db: Database) -> AsyncIterator[Cast]:
    with clock.at(NOW):
        yield await assemble()
        await assert_books_balance()


@pytest.fixture
async def friend(app: App, cast: Cast) -> AsyncIterator[httpx.AsyncClient]:
    """A stranger's browser."""
    async with browser(app) as client:
        yield client


def browser(app: App) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app=app),
        base_url="http://shop.example",
        headers={"Accept": "text/html", **OWN_SITE},
    )


def link(cast: Cast) -> str:
    return f"/r/{cast.ines.referral_code}"


async def claims(client: httpx.AsyncClient, cast: Cast, email: str) -> httpx.Response:
    key = field((await client.get(link(cast))).text, "key")
    return await client.post(link(cast), data={"email": email, "key": key})


async def stored() -> list[str]:
    return [row["status"] for row in await rows("SELECT status FROM referrals WHERE programme_id = {}", 1)]


async def test_a_visit_is_noted_once_and_names_who_invites(cast: Cast, friend: httpx.AsyncClient) -> None:
    await with_coupon(min_order_minor=2000)
    page = await friend.get(link(cast))
    assert page.status_code == 200
    assert "An invitation from Ines" in page.text
    assert "€10 off" in page.text
    assert "Okafor" not in page.text
    assert page.headers["cache-control"] == "no-store"
    await friend.get(link(cast).lower())
    assert await stored() == ["clicked"]


async def test_claiming_shows_the_code_and_keeps_it_for_a_later_visit(
    cast: Cast, friend: httpx.AsyncClient
) -> None:
    await with_coupon()
    answer = await claims(friend, cast, "finn@example.org")
    assert (answer.status_code, answer.headers["location"]) == (303, link(cast))
    page = (await friend.get(link(cast))).text
    coupon = await one("SELECT code FROM issued_rewards WHERE programme_id = 1")
    assert coupon is not None
    shown = "-".join(coupon["code"][at : at + 4] for at in (0, 4, 8))
    assert f'data-copy="{shown}"' in page
    assert await stored() == ["pending"]


async def test_a_double_click_claims_once(cast: Cast, friend: httpx.AsyncClient) -> None:
    await with_coupon()
    key = field((await friend.get(link(cast))).text, "key")
    sent = {"email": "finn@example.org", "key": key}
    answers = [await friend.post(link(cast), data=sent) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert await stored() == ["pending"]


async def test_a_browser_without_cookies_is_shown_the_code_at_once(cast: Cast, app: App) -> None:
    await with_coupon()
    async with browser(app) as first, browser(app) as second:
        key = field((await first.get(link(cast))).text, "key")
        answer = await second.post(link(cast), data={"email": "finn@example.org", "key": key})
    assert answer.status_code == 200
    assert "Here is your code" in answer.text


async def test_without_a_coupon_the_friend_is_told_what_to_do(cast: Cast, friend: httpx.AsyncClient) -> None:
    await factories.referral_policy(1)
    await claims(friend, cast, "finn@example.org")
    assert "Order with the same e-mail address" in (await friend.get(link(cast))).text


async def test_every_address_that_cannot_claim_gets_one_answer(cast: Cast, app: App) -> None:
    await with_coupon()
    buyer = await factories.customer(1, "Bo Lund")
    await factories.order(buyer, cast.web.id, 5000)
    await bought(buyer.id)
    await invite(cast, "taken@example.org")
    pages = []
    for email in ("bo@example.org", "pia@example.org", "taken@example.org", "ines@example.org"):
        async with browser(app) as client:
            answer = await claims(client, cast, email)
        assert (answer.status_code, ONE_ANSWER in answer.text) == (422, True), email
        pages.append(answer.text.replace(email, "").replace(field(answer.text, "key"), ""))
    assert len(set(pages)) == 1
    async with browser(app) as client:
        blocked = await claims(client, cast, "ines+friend@example.org")
    assert (blocked.status_code, ONE_ANSWER in blocked.text) == (422, True)
    assert sorted(await stored()).count("blocked") == 1


async def test_a_mistyped_address_is_422_and_stays(cast: Cast, friend: httpx.AsyncClient) -> None:
    await with_coupon()
    for typed in ("", "nope", "a@b"):
        answer = await claims(friend, cast, typed)
        assert answer.status_code == 422
        assert f'value="{typed}"' in answer.text
        assert 'aria-invalid="true"' in answer.text
    assert await stored() == ["clicked"]


async def test_an_unknown_or_closed_invitation_is_a_designed_404(
    cast: Cast, friend: httpx.AsyncClient
) -> None:
    await with_coupon()
    for code in ("NOBODY", cast.pia.referral_code, cast.olu.referral_code, cast.ada.referral_code):
        page = await friend.get(f"/r/{code}")
        assert (page.status_code, "This invitation isn’t open" in page.text) == (404, True), code
    assert (await friend.post("/r/NOBODY", data={"email": "finn@example.org"})).status_code == 404


async def test_marks_are_kept_as_hashes_only(cast: Cast, friend: httpx.AsyncClient) -> None:
    await with_coupon()
    await friend.get(link(cast))
    await claims(friend, cast, "finn@example.org")
    row = await one("SELECT signals FROM referrals WHERE programme_id = 1")
    assert row is not None
    kept = loads(row["signals"])
    assert set(kept) == {"ip", "device"}
    assert all(len(mark) == 32 and "." not in mark for mark in kept.values())


async def test_too_many_claims_from_one_network_are_429(
    cast: Cast, friend: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tries, "CLAIMS", 1)
    await with_coupon()
    assert (await claims(friend, cast, "ines@example.org")).status_code == 422
    answer = await claims(friend, cast, "finn@example.org")
    assert answer.status_code == 429
    assert "Wait a quarter of an hour" in answer.text
    assert await stored() == ["clicked"]


async def test_too_many_visits_are_shown_but_not_noted(
    cast: Cast, app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tries, "CLICKS", 1)
    await with_coupon()
    for _ in range(3):
        async with browser(app) as client:
            assert (await client.get(link(cast))).status_code == 200
    assert await stored() == ["clicked"]


async def test_another_site_cannot_claim(cast: Cast, friend: httpx.AsyncClient) -> None:
    await with_coupon()
    answer = await friend.post(link(cast), data={"email": "finn@example.org"}, headers=OTHER_SITE)
    assert answer.status_code == 403


async def test_the_friend_reads_it_in_their_language_and_the_shops_colours(
    cast: Cast, friend: httpx.AsyncClient
) -> None:
    await with_coupon(min_order_minor=2000)
    friend.headers["Accept-Language"] = "de-AT,de;q=0.9"
    page = (await friend.get(link(cast))).text
    assert 'lang="de"' in page
    assert "Eine Einladung von Ines" in page
    assert "ab einer ersten Bestellung von 20,00" in page
    assert 'href="/portal/to/bloom/colours.css"' in page
    assert (
        "Mit dieser Adresse geht die Einladung nicht."
        in (await claims(friend, cast, "ines@example.org")).text
    )
    await run("UPDATE customers SET first_name = '' WHERE programme_id = 1 AND id = {}", cast.ines.id)
    await claims(friend, cast, "finn@example.org")
    page = (await friend.get(link(cast))).text
    assert "Hier ist dein Code" in page
    assert "Eine Einladung von jemandem, den du kennst" in page
    assert "Diese Einladung ist nicht offen" in (await friend.get("/r/NOBODY")).text
    refused = await friend.post(link(cast), data={"email": "finn@example.org"}, headers=OTHER_SITE)
    assert (refused.status_code, 'lang="de"' in refused.text) == (403, True)


async def test_an_ended_invitation_can_be_claimed_anew(cast: Cast, friend: httpx.AsyncClient) -> None:
    await with_coupon()
    await claims(friend, cast, "finn@example.org")
    row = await one("SELECT uid FROM referrals WHERE programme_id = 1")
    assert row is not None
    await cancel(1, row["uid"], by=cast.mara, reason="", key="k")
    assert "Your e-mail address" in (await friend.get(link(cast))).text
    assert await status_of(row["uid"]) == "cancelled"


async def bought(customer_id: int) -> None:
    await run("UPDATE customers SET order_count = 1 WHERE programme_id = 1 AND id = {}", customer_id)
