"""What `regulars serve` runs: the application, and uvicorn's protocol with the deadlines it lacks.

A thousand half-sent requests must not live for ever.
"""

import asyncio
import gc
from collections import Counter
from typing import cast

import h11
from litestar import Litestar
from uvicorn.protocols.http.h11_impl import H11Protocol

from loyalty.logs import write_json_logs
from web.app import create_app

HEADER_SECONDS = 10.0
BODY_IDLE_SECONDS = 20.0
CONNECTIONS_PER_ADDRESS = 200


class DeadlineProtocol(H11Protocol):
    """Closes a connection whose header is late, whose body stalls, or whose address holds too many."""

    open_by_address: Counter[str] = Counter()
    deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(cast("asyncio.Transport", transport))
        self.address = self.client[0] if self.client else ""
        self.open_by_address[self.address] += 1
        if self.open_by_address[self.address] > CONNECTIONS_PER_ADDRESS:
            transport.close()
        else:
            self._expect_more_within(HEADER_SECONDS)

    def data_received(self, data: bytes) -> None:
        before = self.conn.their_state
        super().data_received(data)
        after = self.conn.their_state
        if after is h11.SEND_BODY:
            self._expect_more_within(BODY_IDLE_SECONDS)
        elif not (before is h11.IDLE and after is h11.IDLE):
            self._stop_waiting()
        # Still inside a header: its first deadline stands, however slowly bytes drip in.

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if not self.transport.is_closing():
            self._expect_more_within(HEADER_SECONDS)

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting()
        self.open_by_address[self.address] -= 1
        if not self.open_by_address[self.address]:
            del self.open_by_address[self.address]
        super().connection_lost(exc)

    def _expect_more_within(self, seconds: float) -> None:
        self._stop_waiting()
        self.deadline = self.loop.call_later(seconds, self.transport.close)

    def _stop_waiting(self) -> None:
        if self.deadline:
            self.deadline.cancel()
            self.deadline = None


def application() -> Litestar:
    """The application as it runs in service: with its logs as JSON lines."""
    write_json_logs()
    app = create_app()
    gc.collect()
    gc.freeze()  # what a start leaves lives as long as the process: looking at it again stops everybody for 0.1 s
    return app
