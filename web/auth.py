"""Who is asking. Cookies and guards are here; the session store is `loyalty.sessions`."""

from dataclasses import dataclass
from typing import Any

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.datastructures import Cookie, State
from litestar.di import NamedDependency
from litestar.enums import HttpMethod, ScopeType
from litestar.exceptions import NotAuthorizedException, PermissionDeniedException
from litestar.handlers import BaseRouteHandler
from litestar.middleware import ASGIMiddleware
from litestar.params import SkipValidation
from litestar.types import ASGIApp, Receive, Scope, Send

from loyalty import programmes, sessions
from loyalty.home.waiting import waiting
from loyalty.programmes import Programme
from loyalty.sessions import Signed, StaffView
from web.htmx import is_partial
from web.permissions import PUBLIC, allowed

LONGEST_TOKEN = 100


@dataclass(frozen=True, slots=True)
class Visit:
    """A signed-in request: the session, its cookie's token, its programme."""

    signed: Signed
    token: str
    programme: Programme

    @property
    def staff(self) -> StaffView:
        """Who works here; only behind the guard, which lets nobody else through."""
        assert self.signed.staff is not None
        return self.signed.staff


def cookie_name(https: bool) -> str:
    """`__Host-` makes browsers refuse the cookie from subdomains and over http."""
    return "__Host-session" if https else "session"


def session_cookie(token: str, https: bool) -> Cookie:
    """The cookie of a session just started. How long it lasts is the store's business."""
    return Cookie(key=cookie_name(https), value=token, path="/", httponly=True, secure=https, samesite="lax")


def gone_cookie(https: bool) -> Cookie:
    """Takes the cookie away."""
    return Cookie(
        key=cookie_name(https), value="", path="/", httponly=True, secure=https, samesite="lax", max_age=0
    )


class Authentication(ASGIMiddleware):
    """Puts a `Visit`, or None, into the scope as `user`. Never writes for anonymous visitors."""

    scopes = (ScopeType.HTTP,)
    exclude_opt_key = "asset"

    def __init__(self, https: bool) -> None:
        self.cookie = cookie_name(https)

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        connection = ASGIConnection[Any, Any, Any, State](scope)
        token = connection.cookies.get(self.cookie, "")
        scope["user"] = found = await visit(token) if 0 < len(token) <= LONGEST_TOKEN else None
        if found and draws_page(connection):
            if found.signed.staff:
                scope["state"]["waiting"] = await waiting(found.signed.programme_id)
            if found.signed.flash:
                scope["state"]["flash"] = await sessions.take_flash(token)
        await next_app(scope, receive, send)


def draws_page(connection: ASGIConnection[Any, Any, Any, Any]) -> bool:
    """Whether the answer will be a whole page for a person, which draws navigation and waiting toasts."""
    asks_html = "text/html" in connection.headers.get("accept", "")
    return asks_html and connection.scope.get("method") == HttpMethod.GET and not is_partial(connection)


async def visit(token: str) -> Visit | None:
    """The visit this token opens, if it still opens one."""
    signed = await sessions.authenticate(token)
    if signed is None:
        return None
    return Visit(signed, token, await programmes.get(signed.programme_id))


def permitted(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """The one guard: the route's declared action against web.permissions."""
    action = handler.opt["action"]
    if action == PUBLIC:
        return
    visit = connection.scope.get("user")
    if visit is None or visit.signed.staff is None:
        raise NotAuthorizedException
    if not allowed(visit.signed.staff.role, action):
        raise PermissionDeniedException


async def signed_in(request: Request[Visit, Any, State]) -> Signed:
    """Dependency `signed`. Routes that use it are guarded, so there is one."""
    return request.user.signed


SignedDep = NamedDependency[SkipValidation[Signed]]
