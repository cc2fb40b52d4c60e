"""The outermost layer: what must hold for every answer, also where no route was found."""

import secrets
import time

import structlog
from litestar import Litestar
from litestar.types import ASGIApp, HTTPScope, Message, Receive, Scope, Send

from web.headers import SECURITY
from web.sanity import UNREADABLE, sane_address

log = structlog.get_logger("access")


class App(Litestar):
    """Litestar, with an id and a log line per request, HEAD answered like GET, and no absurd addresses."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # type: ignore[override]
        if scope["type"] != "http":
            await super().__call__(scope, receive, send)
            return
        await logged(self._sanely)(scope, receive, send)

    async def _sanely(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not sane_address(scope):
            await refuse_address(send)
        elif scope["method"] == "HEAD":
            scope["method"] = "GET"
            await super().__call__(scope, receive, bodiless(send))
        else:
            await super().__call__(scope, receive, send)


def logged(app: ASGIApp) -> ASGIApp:
    """One line per answer: route template and never the address, which may name a person."""

    async def logging(scope: HTTPScope, receive: Receive, send: Send) -> None:
        scope["state"] = {**scope.get("state", {}), "request_id": secrets.token_hex(8)}
        began, method, status = time.perf_counter(), scope["method"], 499

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await app(scope, receive, noting)
        finally:
            log.info(
                "answered",
                method=method,
                route=scope.get("path_template", "none"),
                status=status,
                ms=round((time.perf_counter() - began) * 1000, 1),
                request_id=scope["state"]["request_id"],
            )

    return logging


def bodiless(send: Send) -> Send:
    """HEAD is GET without the body; Litestar alone answers 405."""

    async def without(message: Message) -> None:
        if message["type"] == "http.response.body":
            message = {**message, "body": b""}
        await send(message)

    return without


async def refuse_address(send: Send) -> None:
    """400 in plain text: no route and no template may see such an address."""
    headers = [(name.lower().encode(), value.encode()) for name, value in SECURITY.items()]
    headers += [(b"content-type", b"text/plain; charset=utf-8"), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": 400, "headers": headers})
    await send({"type": "http.response.body", "body": UNREADABLE.encode(), "more_body": False})
