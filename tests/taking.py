"""An endpoint that takes text messages, for tests: what it got, and what it answers."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest

from loyalty.settings import settings


@dataclass
class Taker:
    """`answers` are the statuses it gives in turn, the last of them for ever; `got` are headers and bodies."""

    url: str = ""
    answers: list[int] = field(default_factory=lambda: [200])
    got: list[tuple[dict[str, str], str]] = field(default_factory=list)

    async def hear(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        _, *lines = head.strip().split("\r\n")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
        body = await reader.readexactly(int(headers["content-length"]))
        self.got.append((headers, body.decode()))
        status = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        where = f"Location: {self.url}\r\n" if 300 <= status < 400 else ""
        writer.write(f"HTTP/1.1 {status} X\r\n{where}Content-Length: 0\r\nConnection: close\r\n\r\n".encode())
        await writer.drain()
        writer.close()


@pytest.fixture
async def taker(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Taker]:
    """On this machine, which the settings allow meanwhile."""
    found = Taker()
    server = await asyncio.start_server(found.hear, "127.0.0.1", 0)
    found.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/in?for=texts"
    monkeypatch.setenv("REGULARS_PRIVATE_ENDPOINTS", "true")
    settings.cache_clear()
    yield found
    server.close()
    await server.wait_closed()
    monkeypatch.undo()
    settings.cache_clear()
