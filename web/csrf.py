"""No other site may act in somebody's name: where a request comes from, and a token only our pages know."""

import base64
import hashlib
import hmac
import secrets
from typing import Any
from urllib.parse import urlsplit

from litestar import Request
from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Receive, Scope, Send

from loyalty.errors import NotAllowed
from loyalty.languages import message

FIELD = "csrf"
HEADER = "x-csrf-token"
SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
SALT = 16
REFUSED = message("This form is too old or came from another site. Reload the page and try again.")


def token(secret: bytes) -> str:
    """A fresh token of the session with this secret. Salted, so that no two pages carry the same bytes."""
    salt = secrets.token_bytes(SALT)
    return base64.urlsafe_b64encode(salt + _seal(secret, salt)).decode()


def valid(given: str, secret: bytes) -> bool:
    """Whether `given` was made by `token` with this secret."""
    try:
        raw = base64.b64decode(given.encode(), altchars=b"-_", validate=True)
    except ValueError:
        return False
    return hmac.compare_digest(raw[SALT:], _seal(secret, raw[:SALT]))


def same_site(request: Request[Any, Any, Any]) -> bool | None:
    """What the browser says about where this comes from; None if it says nothing."""
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    if site is not None:
        return site in ("same-origin", "none")
    if origin is not None:
        return urlsplit(origin).netloc == request.headers.get("host")
    return None


class CsrfProtection(ASGIMiddleware):
    """After authentication. A route is exempt only by `opt={"csrf_exempt": True}`: webhooks, API keys."""

    scopes = (ScopeType.HTTP,)
    exclude_opt_key = "csrf_exempt"

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        request = scope["litestar_app"].request_class(scope, receive, send)
        if request.method not in SAFE_METHODS and not await trusted(request):
            raise NotAllowed(REFUSED)
        await next_app(scope, receive, send)


async def trusted(request: Request[Any, Any, Any]) -> bool:
    """Signed in, the token decides and the browser must not contradict it. Else the browser's word does."""
    origin, visit = same_site(request), request.scope.get("user")
    if visit is None:
        return origin is True
    given = request.headers.get(HEADER) or str((await request.form()).get(FIELD, ""))
    return origin is not False and valid(given, visit.signed.csrf_secret)


def _seal(secret: bytes, salt: bytes) -> bytes:
    return hmac.new(secret, b"csrf:" + salt, hashlib.sha256).digest()
