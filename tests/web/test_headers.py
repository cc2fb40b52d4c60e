import pytest
from litestar.testing import TestClient

from loyalty.settings import Settings
from tests.web.fakes import Shop
from web.app import create_app

EVERYWHERE = ("/admin/sign-in", "/nowhere", "/admin/customers/nobody", "/admin/sign-out")


@pytest.mark.parametrize("path", EVERYWHERE)
def test_every_answer_carries_the_security_headers(mara: TestClient, path: str) -> None:
    headers = mara.get(path).headers
    assert headers["content-security-policy"].startswith(
        "default-src 'none'; script-src 'self'; style-src 'self'"
    )
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert len(headers["x-request-id"]) == 16
    assert "strict-transport-security" not in headers


def test_pages_may_be_kept_for_back_and_forward_but_not_shared_nor_compressed(mara: TestClient) -> None:
    headers = mara.get("/admin/customers", headers={"Accept-Encoding": "br, gzip"}).headers
    assert headers["cache-control"] == "private, no-cache"
    assert "content-encoding" not in headers


def test_a_wrong_method_is_405(mara: TestClient) -> None:
    assert mara.get("/admin/sign-out").status_code == 405


@pytest.mark.parametrize("path", ["/admin/customers", "/admin/activities/points.csv", "/nowhere", "/"])
def test_head_answers_like_get_without_a_body(mara: TestClient, path: str) -> None:
    head, get = mara.head(path), mara.get(path)
    assert head.status_code == get.status_code
    assert head.headers.get("content-type") == get.headers.get("content-type")
    assert head.content == b""


def test_https_adds_hsts_and_host_bound_cookies(fake: Shop) -> None:
    app = create_app(Settings(base_url="https://loyalty.example"))
    right = {"email": "mara@example.com", "password": "correct horse"}
    with TestClient(app) as client:
        answer = client.post(
            "/admin/sign-in", data=right, headers={"Sec-Fetch-Site": "same-origin"}, follow_redirects=False
        )
    assert answer.headers["strict-transport-security"].startswith("max-age=31536000")
    assert answer.headers["set-cookie"].startswith("__Host-session=")
    assert "Secure" in answer.headers["set-cookie"]
