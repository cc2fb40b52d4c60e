"""Settings → Stores: adding one, its secret shown once, rotation without losing a delivery. PRODUCT N2."""

import json
import re

import pytest

from db.engine import one, rows, value, watched
from db.enums import Platform
from loyalty import programme_files
from loyalty.errors import Invalid
from loyalty.integrations.signatures import sign
from loyalty.stores.adding import checked_domain, free_handle
from tests import factories
from tests.cast import Cast
from tests.web.admin.conftest import SignIn
from tests.web.desk import Desk, field

STORES = "/admin/stores"


async def secrets_of(uid: str) -> tuple[str | None, str | None]:
    row = await one(
        "SELECT webhook_secret, previous_webhook_secret FROM stores WHERE programme_id = 1 AND uid = {}", uid
    )
    assert row is not None
    return row["webhook_secret"], row["previous_webhook_secret"]


async def delivered(desk: Desk, uid: str, secret: str, number: str) -> int:
    """The status of a genuine delivery signed with this secret."""
    body = json.dumps({"id": 1, "email": "zoe@example.org"}).encode()
    headers = {
        "X-Shopify-Hmac-Sha256": sign(body, secret),
        "X-Shopify-Topic": "customers/create",
        "X-Shopify-Webhook-Id": number,
        "Content-Type": "application/json",
    }
    answer = await desk.client.post(f"/hooks/shopify/{uid}", content=body, headers=headers)
    return answer.status_code


async def test_the_list_shows_where_webhooks_go_and_no_secret(cast: Cast, desk_of: SignIn) -> None:
    desk = await desk_of(cast.mara)
    for number in range(5):
        await factories.store(1, f"shop-{number}")
    with watched() as asked:
        page = (await desk.get(STORES)).text
    assert len(asked) <= 6
    assert f"/hooks/shopify/{cast.web.uid}" in page
    assert "Not connected" in page


async def test_a_store_is_added_and_its_secret_shown_once(cast: Cast, desk_of: SignIn) -> None:
    desk = await desk_of(cast.mara)
    form = field((await desk.get(f"{STORES}/new")).text, "key")
    sent = {
        "name": "Pop-up Łódź",
        "platform": "woocommerce",
        "domain": "https://Shop.Example.com/x",
        "key": form,
    }
    answer = await desk.post(STORES, **sent)
    assert answer.headers["cache-control"] == "no-store"
    shown, path = re.search(r'id="shown"[^>]* value="([^"]+)"', answer.text), "/hooks/woocommerce/"
    assert shown is not None
    secret = shown[1]
    row = await one("SELECT * FROM stores WHERE programme_id = 1 AND platform = 'woocommerce'")
    assert row is not None
    assert (row["handle"], row["domain"]) == ("pop-up-odz", "shop.example.com")
    assert row["webhook_secret"] == secret
    assert f"{path}{row['uid']}" in answer.text
    again = await desk.post(STORES, **sent)
    assert (again.status_code, secret in again.text) == (409, False)
    assert secret not in (await desk.get(STORES)).text
    assert secret not in str(await rows("SELECT * FROM actions WHERE programme_id = 1"))


async def test_a_rotation_loses_no_delivery(cast: Cast, desk_of: SignIn) -> None:
    desk, uid = await desk_of(cast.mara), cast.web.uid
    await desk.post(f"{STORES}/{uid}/secrets", secret="first-secret", key="a")
    await desk.post(f"{STORES}/{uid}/secrets", secret="second-secret", key="b")
    assert await secrets_of(uid) == ("second-secret", "first-secret")
    assert await delivered(desk, uid, "first-secret", "1") == 200
    assert await delivered(desk, uid, "second-secret", "2") == 200
    answer = await desk.post(f"{STORES}/{uid}/rotation/ending")
    assert (answer.status_code, answer.headers["location"]) == (303, STORES)
    assert await delivered(desk, uid, "first-secret", "3") == 401
    assert await delivered(desk, uid, "second-secret", "4") == 200
    assert (await desk.post(f"{STORES}/{uid}/rotation/ending")).status_code == 409


async def test_a_double_click_rotates_once(cast: Cast, desk_of: SignIn) -> None:
    desk, uid = await desk_of(cast.mara), cast.web.uid
    for _ in range(2):
        answer = await desk.post(f"{STORES}/{uid}/secrets", key="same")
    assert answer.status_code == 409
    assert (await secrets_of(uid))[1] is None


async def test_what_cant_be_is_422_and_keeps_the_words(cast: Cast, desk_of: SignIn) -> None:
    desk = await desk_of(cast.mara)
    good = {"name": "Second", "platform": "shopify", "domain": "second.myshopify.com"}
    for bad in (
        {"name": ""},
        {"name": "web"},
        {"platform": "barrow"},
        {"domain": ""},
        {"domain": "no domain"},
        {"secret": "short"},
    ):
        answer = await desk.post(STORES, **(good | bad))
        assert answer.status_code == 422, bad
        assert f'href="#{next(iter(bad))}"' in answer.text
    assert 'value="second.myshopify.com"' in answer.text
    assert await value("SELECT count(*) FROM stores WHERE programme_id = 1") == 1


async def test_a_till_needs_no_secret(cast: Cast, desk_of: SignIn) -> None:
    desk = await desk_of(cast.mara)
    answer = await desk.post(STORES, name="Counter", platform="pos")
    assert "nothing to paste" in answer.text
    uid = await value("SELECT uid FROM stores WHERE programme_id = 1 AND platform = 'pos'")
    assert (await desk.post(f"{STORES}/{uid}/secrets")).status_code == 422


async def test_other_programmes_stores_are_404_and_other_roles_403(cast: Cast, desk_of: SignIn) -> None:
    nils = await desk_of(cast.nils, cast.other_programme_id)
    for path in (f"{STORES}/{cast.web.uid}/secrets", f"{STORES}/{cast.web.uid}/rotation/ending"):
        assert (await nils.post(path)).status_code == 404
    theo = await desk_of(cast.theo)
    assert (await theo.get(STORES)).status_code == 403
    assert (await theo.post(STORES, name="Mine", platform="pos")).status_code == 403


async def test_the_programme_file_keeps_a_store_added_here(cast: Cast, desk_of: SignIn) -> None:
    await (await desk_of(cast.mara)).post(STORES, name="Second", platform="woocommerce")
    text = await programme_files.show(1)
    assert 'handle = "second"' in text
    assert (await programme_files.apply(programme_files.read(text), by=cast.mara)).changes == ()
    assert await value("SELECT webhook_secret FROM stores WHERE programme_id = 1 AND handle = 'second'")


def test_names_and_domains_become_what_is_kept() -> None:
    assert free_handle("Café № 1", {"cafe-no-1"}) == "cafe-no-1-2"
    assert free_handle("日本", set()) == "store"
    assert checked_domain("HTTP://a.example.org/admin", Platform.API) == "a.example.org"
    with pytest.raises(Invalid):
        checked_domain("-a.example", Platform.SHOPIFY)
