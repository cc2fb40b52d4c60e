import asyncio
from typing import Any

import pytest
from litestar.testing import TestClient

from tests.web.browsers import OWN_SITE
from web.outer import App
from web.sanity import clean_json

SIGN_IN = "/admin/sign-in"
FORM = {"Content-Type": "application/x-www-form-urlencoded", **OWN_SITE}


async def raw(app: App, path: bytes, query: bytes = b"") -> int:
    """The status of an address as it comes over the wire; test clients would repair it."""
    scope: Any = {
        "type": "http",
        "method": "GET",
        "path": path.decode("latin-1"),
        "raw_path": path,
        "query_string": query,
        "headers": [],
        "root_path": "",
        "scheme": "http",
        "server": ("127.0.0.1", 80),
        "client": ("127.0.0.1", 1),
        "http_version": "1.1",
    }
    sent: list[Any] = []

    async def receive() -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    await app(scope, receive, send)
    return int(sent[0]["status"])


@pytest.mark.parametrize("path", [b"/admin/%00", b"/admin/%ff%fe", b"/admin/%ed%a0%80", b"/%c3%28"])
def test_an_undecodable_path_is_400(app: App, path: bytes) -> None:
    assert asyncio.run(raw(app, path)) == 400


@pytest.mark.parametrize("query", [b"q=%00", b"q=%ff", b"%ed%a0%80=1"])
def test_an_undecodable_query_is_400(app: App, query: bytes) -> None:
    assert asyncio.run(raw(app, b"/admin/sign-in", query)) == 400


@pytest.mark.parametrize("body", [b"email=%00", b"email=\xff\xfe", b"email=%ff", b"\xed\xa0\x80=1"])
def test_a_form_with_absurd_text_is_refused_and_never_an_error_of_ours(
    visitor: TestClient, body: bytes
) -> None:
    assert visitor.post(SIGN_IN, content=body, headers=FORM).status_code in (400, 422)


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data", b""),
        ("multipart/form-data; boundary=x", b"--x\r\nrubbish"),
        ("multipart/form-data; boundary=x", b"no boundary at all"),
        (
            "multipart/form-data; boundary=x",
            b'--x\r\nContent-Disposition: form-data; name="email"\r\n'
            b"Content-Type: text/plain; charset=klingon\r\n\r\na\r\n--x--",
        ),
        ("text/plain", b"email=a"),
    ],
)
def test_a_broken_multipart_body_is_the_senders_fault(visitor: TestClient, kind: str, body: bytes) -> None:
    answer = visitor.post(SIGN_IN, content=body, headers={"Content-Type": kind, **OWN_SITE})
    assert answer.status_code in (400, 422)


def test_a_body_that_is_too_large_is_413(visitor: TestClient) -> None:
    assert visitor.post(SIGN_IN, content=b"email=" + b"a" * 11_000_000, headers=FORM).status_code == 413


def test_json_is_looked_through_at_any_depth() -> None:
    deep: Any = "fine"
    for _ in range(5000):
        deep = [deep]
    assert clean_json(deep)
    assert not clean_json({"a": [{"b\0": 1}]})
    assert not clean_json(["\ud800"])
