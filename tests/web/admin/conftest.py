"""The cast at work: browsers of Mara, Theo and others on a real database."""

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from db.engine import Database
from loyalty.rules.actors import Actor
from tests.cast import Cast, assemble, assert_books_balance
from tests.web.desk import Desk, sign_in
from web.outer import App

SignIn = Callable[..., Awaitable[Desk]]


@pytest.fixture
async def cast(db: Database) -> AsyncIterator[Cast]:
    yield await assemble()
    await assert_books_balance()


@pytest.fixture
async def desk_of(app: App, cast: Cast) -> AsyncIterator[SignIn]:
    """`await desk_of(cast.theo)` is Theo's browser; another programme's staff name theirs."""
    opened: list[Desk] = []

    async def sign(who: Actor, programme_id: int = cast.programme_id) -> Desk:
        opened.append(await sign_in(app, programme_id, who))
        return opened[-1]

    yield sign
    for desk in opened:
        await desk.client.aclose()
