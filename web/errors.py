"""Refusals and failures become answers: a toast for htmx, a page for people, problem+json for programs."""

from typing import Any
from urllib.parse import urlencode

import structlog
from litestar import Request, Response
from litestar.exceptions import HTTPException
from litestar.response import Redirect

from loyalty.busy import Contention
from loyalty.errors import LoyaltyError, Merged
from loyalty.languages import message
from web import detours, htmx
from web.auth import PORTAL, NotJoined, in_portal
from web.bodies import NotValid
from web.members import member_page
from web.rates import TooMany
from web.templating import page

SIGN_IN = "/admin/sign-in"
MEMBER_SIGN_IN = "/portal/sign-in"
PROGRAMS = ("/api/", "/hooks/")
SENT = ("/r/", "/unsubscribe/", "/preferences/")
"""What friends and members open from a message, outside the portal."""

# What people read instead of a framework's sentence: title, explanation.
WORDS = {
    400: (
        message("That request can’t be read"),
        message("Something in it is broken. Go back, reload the page and try again."),
    ),
    401: (message("No working key"), message("Send a working API key: Authorization: Bearer KEY")),
    403: (
        message("You can’t do that"),
        message("Your role doesn’t include this. Ask an owner of the programme if you need it."),
    ),
    404: (
        message("There is nothing here"),
        message("The address may be mistyped, or what it showed is gone."),
    ),
    405: (
        message("That can’t be done here"),
        message("The page was asked for something it doesn’t offer. Go back and try again."),
    ),
    409: (
        message("Somebody was faster"),
        message("This has changed since you opened it. Reload the page and try again."),
    ),
    413: (message("That is too large"), message("The upload is larger than we accept.")),
    422: (message("That can’t be right"), message("Check what you entered and try again.")),
    429: (message("Too many tries"), message("Wait a minute, then try again.")),
    500: (
        message("Something went wrong on our side"),
        message("Nothing you did. Try again; if it stays, tell us the number below."),
    ),
    503: (message("Busy for a moment"), message("Nothing was changed. Try again in a few seconds.")),
}
log = structlog.get_logger("errors")

AnyRequest = Request[Any, Any, Any]


def answer(request: AnyRequest, error: Exception) -> Response[Any]:
    """The answer to any exception a route raised."""
    if isinstance(error, detours.Detour):
        return detours.answer(request, error)
    status = status_of(error)
    number = request.scope["state"]["request_id"] if status == 500 else None
    if number:
        log.error("failed", request_id=number, exc_info=error)
    if status == 401 and not request.url.path.startswith(PROGRAMS):
        return to_sign_in(request)
    if isinstance(error, NotJoined):
        return Redirect(PORTAL, status_code=303)
    if isinstance(error, Merged) and request.method == "GET" and not request.url.path.startswith(PROGRAMS):
        return to_kept(request, error.uid)
    title, sentence = WORDS.get(status, WORDS[400 if status < 500 else 500])
    if isinstance(error, LoyaltyError):
        sentence = str(error)
    if request.url.path.startswith(PROGRAMS):
        return problem(status, title, sentence, error)
    if htmx.is_partial(request):
        told = f"{title}. Its number is {number}." if number else sentence
        return Response(b"", status_code=status, media_type="text/html", headers=htmx.refusal(told))
    draw, template = (page, "shared/error.html")
    if in_portal(request.url.path) or request.url.path.startswith(SENT):
        draw, template = member_page, "portal/error.html"
    return draw(template, status=status, title=title, sentence=sentence, number=number, code=status)


def status_of(error: Exception) -> int:
    """The true status: ours, the framework's, or 500."""
    if isinstance(error, LoyaltyError):
        return error.status
    if isinstance(error, Contention):
        return 503
    return error.status_code if isinstance(error, HTTPException) else 500


def to_sign_in(request: AnyRequest) -> Response[Any]:
    """Ask to sign in, and come back afterwards if the person was only reading."""
    back = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    door = MEMBER_SIGN_IN if in_portal(request.url.path) else SIGN_IN
    path = f"{door}?{urlencode({'next': back})}" if request.method == "GET" else door
    if htmx.is_partial(request):
        return Response(b"", status_code=401, media_type="text/html", headers=htmx.redirect(door))
    return Redirect(path, status_code=303)


def to_kept(request: AnyRequest, uid: str) -> Response[Any]:
    """A record that was merged leads to the one that was kept. PRODUCT B6."""
    path = f"/admin/customers/{uid}"
    if htmx.is_partial(request):
        return Response(b"", status_code=200, media_type="text/html", headers=htmx.redirect(path))
    return Redirect(path, status_code=303)


def problem(status: int, title: str, detail: str, error: Exception | None = None) -> Response[Any]:
    """RFC 9457, for programs; of our own errors also the field that is meant, or every field that is wrong."""
    body: dict[str, Any] = {"type": "about:blank", "status": status, "title": title, "detail": detail}
    headers = {"Cache-Control": "no-store"}
    if isinstance(error, LoyaltyError) and error.field:
        body["field"] = error.field
    if isinstance(error, NotValid):
        body["errors"] = [{"field": field, "detail": sentence} for field, sentence in error.problems]
    if isinstance(error, TooMany):
        headers["Retry-After"] = str(error.wait)
    if status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return Response(body, status_code=status, media_type="application/problem+json", headers=headers)
