"""The outermost layer: what must hold for every answer, also where no route was found."""

import secrets
import time
from typing import cast

import structlog
from litestar import Litestar
from litestar.enums import HttpMethod, ScopeType
from litestar.types import (
    HTTPScope,
    LifeSpanReceive,
    LifeSpanScope,
    LifeSpanSend,
    Message,
    Receive,
    Scope,
    Send,
)

from web.headers import SECURITY
from web.sanity import UNREADABLE, sane_address

log = structlog.get_logger("access")


class App(Litestar):
    """Litestar, with an id and a log line per request, HEAD answered like GET, and no absurd addresses."""

    async def __call__(
        self,
        scope: Scope | LifeSpanScope,
        receive: Receive | LifeSpanReceive,
        send: Send | LifeSpanSend,
    ) -> None:
        if scope["type"] != ScopeType.HTTP:
            await super().__call__(scope, receive, send)
            return
        http = cast("HTTPScope", scope)
        http["state"] = {**http.get("state", {}), "request_id": secrets.token_hex(8)}
        line = AccessLine(http, cast("Send", send))
        try:
            await self._answer(http, cast("Receive", receive), line.send)
        finally:
            line.write()

    async def _answer(self, scope: HTTPScope, receive: Receive, send: Send) -> None:
        if not sane_address(scope):
            await refuse_address(send)
        elif scope["method"] == HttpMethod.HEAD:
            scope["method"] = HttpMethod.GET
            scope["state"]["only_looks"] = True
            await super().__call__(scope, receive, bodiless(send))
        else:
            await super().__call__(scope, receive, send)


class AccessLine:
    """One line per answer: the route's template and never the address, which may name a person."""

    def __init__(self, scope: HTTPScope, send: Send) -> None:
        self.scope, self.forward = scope, send
        self.method, self.began = str(scope["method"]), time.perf_counter()
        # What nginx logs for a browser that left before the answer.
        self.status = 499

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
        await self.forward(message)

    def write(self) -> None:
        log.info(
            "answered",
            method=self.method,
            route=self.scope.get("path_template", "none"),
            status=self.status,
            ms=round((time.perf_counter() - self.began) * 1000, 1),
            request_id=self.scope["state"]["request_id"],
        )


def bodiless(send: Send) -> Send:
    """HEAD is GET without the body; Litestar alone answers 405."""

    async def without(message: Message) -> None:
        if message["type"] == "http.response.body":
            message["body"] = b""
        await send(message)

    return without


async def refuse_address(send: Send) -> None:
    """400 in plain text: no route and no template may see such an address."""
    headers = [(name.lower().encode(), value.encode()) for name, value in SECURITY.items()]
    headers += [(b"content-type", b"text/plain; charset=utf-8"), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": 400, "headers": headers})
    await send({"type": "http.response.body", "body": UNREADABLE.encode(), "more_body": False})
