"""A running app without a database: its services answer from `fakes`."""

import sys
from collections.abc import Iterator

import pytest
from litestar.testing import TestClient

from tests.web import fakes
from web import csrf
from web.outer import App


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> fakes.Shop:
    shop = fakes.opened()
    for (module, name), answer in fakes.answers(shop).items():
        monkeypatch.setattr(sys.modules[module], name, answer, raising=False)
    return shop


@pytest.fixture
def visitor(app: App, fake: fakes.Shop) -> Iterator[TestClient]:
    """A browser that nobody has signed in with."""
    with TestClient(app, raise_server_exceptions=False) as client:
        client.follow_redirects = False
        yield client


@pytest.fixture
def mara(visitor: TestClient) -> TestClient:
    """The owner's browser."""
    visitor.cookies.set("session", fakes.MARA)
    return visitor


@pytest.fixture
def theo(visitor: TestClient) -> TestClient:
    """The service desk's browser."""
    visitor.cookies.set("session", fakes.THEO)
    return visitor


@pytest.fixture
def token(fake: fakes.Shop) -> str:
    """A CSRF token of Mara's session."""
    return csrf.token(fake.visits[fakes.MARA].csrf_secret)
