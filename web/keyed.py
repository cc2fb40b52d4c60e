"""Programs that call with a key: who they are, what they may, and how they are answered. PRODUCT N2."""

from collections.abc import Awaitable, Callable
from typing import Any

from litestar import Request, Response
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler

from loyalty import clock
from loyalty.api_keys import answers
from loyalty.api_keys.answers import Answer
from loyalty.api_keys.reading import Caller, caller
from loyalty.errors import LoyaltyError, NotAllowed
from loyalty.settings import settings
from web.rates import Allowance, take

SCHEME = "bearer "
LONGEST_KEY = 120
FAILURES_A_MINUTE = 60
"""How often one address may come with a key that opens nothing."""

AnyRequest = Request[Any, Any, Any]


class NoKey(LoyaltyError):
    """No key, or one that opens nothing: revoked, mistyped, somebody's guess."""

    status = 401


async def keyed(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """The guard of the API: a key, its scope, its rate. The caller is kept for the handler."""
    scope = handler.opt.get("scope")
    if scope is None:
        return
    address = connection.client.host if connection.client else ""
    by = await caller(_token(connection.headers.get("authorization", "")))
    if by is None:
        take(f"address:{address}", FAILURES_A_MINUTE, clock.now())
        raise NoKey("Send a working API key: Authorization: Bearer KEY")
    connection.scope["state"]["allowance"] = take(f"key:{by.key_uid}", settings().api_per_minute, clock.now())
    if scope not in by.scopes:
        raise NotAllowed(f"This key may not do that; it lacks the scope {scope}.")
    connection.scope["state"]["caller"] = by


def caller_of(request: AnyRequest) -> Caller:
    """Who calls; only behind the guard."""
    by: Caller = request.scope["state"]["caller"]
    return by


def told(request: AnyRequest, body: dict[str, Any], *, status: int = 200) -> Response[Any]:
    """An answer in JSON, never cached, with what is left of the caller's rate."""
    left: Allowance = request.scope["state"]["allowance"]
    headers = {
        "Cache-Control": "no-store",
        "RateLimit-Limit": str(left.limit),
        "RateLimit-Remaining": str(left.remaining),
        "RateLimit-Reset": str(left.resets),
    }
    return Response(body, status_code=status, media_type="application/json", headers=headers)


async def once(request: AnyRequest, act: Callable[[], Awaitable[Answer]]) -> Response[Any]:
    """Do it, or give the answer that this Idempotency-Key got before. Raises KeyReused for another body."""
    by, key = caller_of(request), request.headers.get("idempotency-key", "")
    asked = answers.asked(key, request.url.path, await request.body())
    if asked is None:
        done = await act()
        return told(request, done.body, status=done.status)
    done = await answers.known(by, asked) or await answers.keep(by, asked, await act())
    answer = told(request, done.body, status=done.status)
    if done.again:
        answer.headers["Idempotency-Replayed"] = "true"
    return answer


def _token(header: str) -> str:
    fits = header[: len(SCHEME)].lower() == SCHEME and len(header) <= LONGEST_KEY
    return header[len(SCHEME) :].strip() if fits else ""
