import pytest
from litestar.testing import TestClient

from tests.web.browsers import OTHER_SITE, OWN_SITE
from tests.web.fakes import MARA, Shop
from web import csrf

OUT = "/admin/sign-out"


def test_a_token_opens_only_the_session_it_was_made_for() -> None:
    token = csrf.token(b"hers")
    assert csrf.valid(token, b"hers")
    assert not csrf.valid(token, b"his")
    assert token != csrf.token(b"hers")


@pytest.mark.parametrize("bad", ["", "x", "é", "AAAA", "A" * 64])
def test_rubbish_is_no_token(bad: str) -> None:
    assert not csrf.valid(bad, b"hers")


def test_a_form_without_the_token_changes_nothing(mara: TestClient, fake: Shop) -> None:
    answer = mara.post(OUT, headers=OWN_SITE)
    assert answer.status_code == 403
    assert "too old or came from another site" in answer.text
    assert MARA in fake.visits


def test_the_token_may_come_in_the_header(mara: TestClient, token: str) -> None:
    assert mara.post(OUT, headers={**OWN_SITE, "X-CSRF-Token": token}).status_code == 303


def test_a_stolen_token_from_another_site_is_refused(mara: TestClient, token: str) -> None:
    assert mara.post(OUT, data={"csrf": token}, headers=OTHER_SITE).status_code == 403
    assert mara.post(OUT, data={"csrf": token}, headers={"Origin": "https://evil.example"}).status_code == 403
    assert mara.post(OUT, data={"csrf": token}, headers={"Origin": "null"}).status_code == 403


def test_an_old_browser_that_only_sends_origin_is_trusted_on_its_own_site(
    mara: TestClient, token: str
) -> None:
    origin = {"Origin": "http://testserver.local"}
    assert mara.post(OUT, data={"csrf": token}, headers=origin).status_code == 303
