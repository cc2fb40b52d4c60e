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

from db.enums import SessionKind
from loyalty import messages, programmes, sessions
from loyalty.errors import LoyaltyError
from loyalty.home.waiting import waiting
from loyalty.programmes import Programme
from loyalty.sessions import MemberView, Signed, StaffView
from web.detours import PROOF, SET_UP, Detour
from web.htmx import is_partial
from web.permissions import API, MEMBER, PUBLIC, allowed

LONGEST_TOKEN = 100
PORTAL = "/portal"
MEMBER_COOKIE_SECONDS = 400 * 24 * 60 * 60
"""As long as browsers keep any cookie; how long a session lives is the store's business."""
UNHINDERED = {"account.edit", "session.end"}
"""What somebody may do who must set up two-step sign-in and hasn't."""


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

    @property
    def member(self) -> MemberView:
        """The customer whose portal this is; only behind the guard of the action `member`."""
        assert self.signed.member is not None
        return self.signed.member


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


def member_cookie_name(https: bool) -> str:
    """A cookie of its own: who works here can be a member, too, and neither signs the other out."""
    return "__Host-member" if https else "member"


def member_cookie(token: str, https: bool) -> Cookie:
    """The cookie of a member's session; an empty token takes it away."""
    return Cookie(
        key=member_cookie_name(https),
        value=token,
        path="/",
        httponly=True,
        secure=https,
        samesite="lax",
        max_age=MEMBER_COOKIE_SECONDS if token else 0,
    )


def in_portal(path: str) -> bool:
    """Whether a path is the members' side, where their cookie counts and the staff's doesn't."""
    return path == PORTAL or path.startswith(PORTAL + "/")


class Authentication(ASGIMiddleware):
    """Puts a `Visit`, or None, into the scope as `user`. Never writes for anonymous visitors."""

    scopes = (ScopeType.HTTP,)
    exclude_opt_key = "asset"

    def __init__(self, https: bool) -> None:
        self.cookie, self.member_cookie = cookie_name(https), member_cookie_name(https)

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        connection = ASGIConnection[Any, Any, Any, State](scope)
        portal = in_portal(scope["path"])
        token = connection.cookies.get(self.member_cookie if portal else self.cookie, "")
        found = await visit(token) if 0 < len(token) <= LONGEST_TOKEN else None
        if found and (found.signed.kind is SessionKind.MEMBER) is not portal:
            found = None
        scope["user"] = found
        if found and draws_page(connection):
            if found.signed.staff:
                scope["state"]["waiting"] = await waiting(found.signed.programme_id)
            elif found.signed.member and found.member.is_member:
                member = found.signed.member
                scope["state"]["unread"] = await messages.unread(found.signed.programme_id, member.id)
            if found.signed.flash and connection.scope.get("method") == HttpMethod.GET:
                scope["state"]["flash"] = await sessions.take_flash(token)
        await next_app(scope, receive, send)


def draws_page(connection: ASGIConnection[Any, Any, Any, Any]) -> bool:
    """Whether the answer may be a whole page for a person, which draws navigation and waiting toasts.

    A form that is sent plainly leads on to one with GET, and is drawn itself where it is refused.
    """
    return "text/html" in connection.headers.get("accept", "") and not is_partial(connection)


async def visit(token: str) -> Visit | None:
    """The visit this token opens, if it still opens one."""
    signed = await sessions.authenticate(token)
    if signed is None:
        return None
    return Visit(signed, token, await programmes.get(signed.programme_id))


class NotJoined(LoyaltyError):
    """Somebody signed in who isn't a member: their way leads to the front page, which says why."""

    status = 403


async def permitted(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """The one guard: the route's declared action against web.permissions, and a code where `step_up` asks for it.

    Guests and those who have left pass the action `member` only where a route also says `"anybody": True`. It
    awaits nothing, but Litestar calls what isn't async in a thread.
    """
    action = handler.opt["action"]
    if action in (PUBLIC, API):  # the API's router has a guard of its own
        return
    visit = connection.scope.get("user")
    if action == MEMBER:
        if visit is None or visit.signed.member is None:
            raise NotAuthorizedException
        if not (visit.member.is_member or handler.opt.get("anybody")):
            raise NotJoined("This is for members.")
        return
    if visit is None or visit.signed.staff is None:
        raise NotAuthorizedException
    if not allowed(visit.signed.staff.role, action):
        raise PermissionDeniedException
    if visit.staff.owes_two_step and action not in UNHINDERED:
        raise Detour(SET_UP, "Your role must sign in in two steps. Set that up first.")
    sending = connection.scope.get("method") == HttpMethod.POST
    if handler.opt.get("step_up") and visit.staff.two_step and not visit.signed.is_fresh(sending=sending):
        raise Detour(PROOF, "This takes a code from your phone first.")


async def signed_in(request: Request[Visit, Any, State]) -> Signed:
    """Dependency `signed`. Routes that use it are guarded, so there is one."""
    return request.user.signed


SignedDep = NamedDependency[SkipValidation[Signed]]
