from dataclasses import replace

from litestar.testing import TestClient

from loyalty.sessions import Flash
from loyalty.settings import Settings
from loyalty.staff import TooManyTries
from tests.web.browsers import OTHER_SITE, OWN_SITE
from tests.web.fakes import MARA, Shop
from web.app import create_app

SIGN_IN = "/admin/sign-in"
RIGHT = {"email": "mara@example.com", "password": "correct horse"}


def test_signing_in_starts_a_session_and_goes_back(visitor: TestClient, fake: Shop) -> None:
    visitor.cookies.set("session", "planted")
    answer = visitor.post(f"{SIGN_IN}?next=/admin/customers?q=ines", data=RIGHT, headers=OWN_SITE)
    assert answer.status_code == 303
    assert answer.headers["location"] == "/admin/customers?q=ines"
    cookie = answer.headers["set-cookie"]
    assert f"session={MARA}" in cookie
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert fake.asked[0][2]["replacing"] == "planted"


def test_a_wrong_password_keeps_the_address_and_never_the_password(visitor: TestClient) -> None:
    answer = visitor.post(SIGN_IN, data={**RIGHT, "password": "wrong horse"}, headers=OWN_SITE)
    assert answer.status_code == 422
    assert 'value="mara@example.com"' in answer.text
    assert "wrong horse" not in answer.text
    assert "don’t go together" in answer.text


def test_an_unknown_address_gets_the_answer_of_a_wrong_password(visitor: TestClient) -> None:
    wrong = visitor.post(SIGN_IN, data={**RIGHT, "password": "wrong"}, headers=OWN_SITE).text
    unknown = visitor.post(SIGN_IN, data={**RIGHT, "email": "nobody@example.com"}, headers=OWN_SITE).text
    assert unknown == wrong.replace("mara@example.com", "nobody@example.com")


def test_missing_fields_are_all_named(visitor: TestClient) -> None:
    answer = visitor.post(SIGN_IN, data={"email": " "}, headers=OWN_SITE)
    assert answer.status_code == 422
    assert answer.text.count("This is needed.") == 2
    assert answer.text.count('aria-invalid="true"') == 2


def test_next_never_leads_to_another_site(visitor: TestClient) -> None:
    for elsewhere in ("//evil.example", "https://evil.example", "/\\evil.example", "/admin\\@evil"):
        visitor.cookies.clear()
        answer = visitor.post(SIGN_IN, params={"next": elsewhere}, data=RIGHT, headers=OWN_SITE)
        assert answer.headers["location"] == "/admin"


def test_another_site_cannot_sign_anybody_in(visitor: TestClient) -> None:
    assert visitor.post(SIGN_IN, data=RIGHT, headers=OTHER_SITE).status_code == 403
    assert visitor.post(SIGN_IN, data=RIGHT).status_code == 403


def test_too_many_tries_are_told_to_wait(visitor: TestClient, fake: Shop) -> None:
    fake.broken = TooManyTries("Too many tries. Wait a quarter of an hour.")
    answer = visitor.post(SIGN_IN, data=RIGHT, headers=OWN_SITE)
    assert answer.status_code == 429
    assert "Wait a quarter of an hour" in answer.text


def test_only_the_demo_shop_offers_to_be_opened(visitor: TestClient, fake: Shop) -> None:
    assert "Open the demo shop" not in visitor.get(SIGN_IN).text
    with TestClient(create_app(Settings(demo=True))) as demo:
        assert "Open the demo shop" in demo.get(SIGN_IN).text
        opened = demo.post(f"{SIGN_IN}/demo", headers=OWN_SITE, follow_redirects=False)
        assert opened.headers["location"] == "/admin"


def test_a_link_signs_in_by_a_button_and_not_by_being_opened(visitor: TestClient, fake: Shop) -> None:
    opened = visitor.get(f"{SIGN_IN}/link/once")
    assert opened.headers["cache-control"] == "no-store"
    assert not fake.asked
    assert visitor.post(f"{SIGN_IN}/link/once", headers=OWN_SITE).headers["location"] == "/admin"


def test_a_link_also_works_for_somebody_who_is_signed_in(mara: TestClient, token: str) -> None:
    assert 'name="csrf"' in mara.get(f"{SIGN_IN}/link/once").text
    answer = mara.post(f"{SIGN_IN}/link/once", data={"csrf": token}, headers=OWN_SITE)
    assert answer.headers["location"] == "/admin"


def test_a_spent_link_says_what_to_do(visitor: TestClient) -> None:
    answer = visitor.post(f"{SIGN_IN}/link/spent", headers=OWN_SITE)
    assert answer.status_code == 422
    assert "Ask an owner of the programme for a new one" in answer.text


def test_signing_out_ends_the_session_and_clears_the_browser(
    mara: TestClient, fake: Shop, token: str
) -> None:
    answer = mara.post("/admin/sign-out", data={"csrf": token}, headers=OWN_SITE)
    assert answer.status_code == 303
    assert answer.headers["clear-site-data"] == '"cache"'
    assert "Max-Age=0" in answer.headers["set-cookie"]
    assert MARA not in fake.visits


def test_who_is_signed_in_is_not_asked_again(mara: TestClient) -> None:
    assert mara.get(SIGN_IN).headers["location"] == "/admin"


def test_a_waiting_sentence_is_shown_once_by_the_next_page(mara: TestClient, fake: Shop) -> None:
    told = Flash("Ines now has 170 points.", "action-uid")
    fake.visits[MARA] = replace(fake.visits[MARA], flash=(told,))
    html = {"Accept": "text/html"}
    first, second = (mara.get("/admin/customers", headers=html).text for _ in range(2))
    assert "Ines now has 170 points." in first
    assert "/admin/actions/action-uid/reversal" in first
    assert "Ines now has" not in second
