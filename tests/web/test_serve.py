"""Half-sent requests end; whole ones are answered."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
import uvicorn
from uvicorn.server import ServerState

from web import serve
from web.serve import DeadlineProtocol


async def echo(scope: Any, receive: Any, send: Any) -> None:
    while (await receive()).get("more_body"):
        pass
    await send({"type": "http.response.start", "status": 204, "headers": []})
    await send({"type": "http.response.body", "body": b""})


@pytest.fixture
async def port(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[int]:
    monkeypatch.setattr(serve, "HEADER_SECONDS", 0.3)
    monkeypatch.setattr(serve, "BODY_IDLE_SECONDS", 0.3)
    monkeypatch.setattr(serve, "CONNECTIONS_PER_ADDRESS", 3)
    config = uvicorn.Config(echo, ws="none", lifespan="off", log_level="error")
    config.load()
    state = ServerState()

    def protocol() -> DeadlineProtocol:
        return DeadlineProtocol(config=config, server_state=state, app_state={})

    listening = await asyncio.get_running_loop().create_server(protocol, "127.0.0.1", 0)
    yield listening.sockets[0].getsockname()[1]
    listening.close()


async def answer_to(port: int, *pieces: bytes, pause: float = 0.0) -> bytes:
    """Everything the server says until it hangs up; a hang is a failure."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for piece in pieces:
        writer.write(piece)
        await writer.drain()
        await asyncio.sleep(pause)
    try:
        return await asyncio.wait_for(reader.read(), 5)
    finally:
        writer.close()


async def test_a_whole_request_is_answered_and_then_the_idle_connection_closed(port: int) -> None:
    assert (await answer_to(port, b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")).startswith(b"HTTP/1.1 204")


async def test_a_slow_body_that_keeps_moving_is_waited_for(port: int) -> None:
    head = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\n"
    assert (await answer_to(port, head, b"a", b"b", b"c", b"d", pause=0.15)).startswith(b"HTTP/1.1 204")


async def test_a_header_that_drips_is_cut_off(port: int) -> None:
    assert await answer_to(port, b"GET / HTTP/1.1\r\nHost: a\r\n") == b""


async def test_a_body_that_stalls_is_cut_off(port: int) -> None:
    head = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\n"
    assert not (await answer_to(port, head, b"a")).startswith(b"HTTP/1.1 204")


async def test_one_address_holds_only_so_many_connections(port: int) -> None:
    held = [await asyncio.open_connection("127.0.0.1", port) for _ in range(3)]
    assert await answer_to(port) == b""
    for _, writer in held:
        writer.close()
