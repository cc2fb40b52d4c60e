"""Answers that lead somewhere else first: a code to give, two-step sign-in to set up."""

from typing import Any
from urllib.parse import urlencode

from litestar import Request, Response
from litestar.response import Redirect

from loyalty.errors import LoyaltyError
from web import htmx
from web.returning import asked_from

PROOF, SET_UP = "/admin/account/proof", "/admin/account/two-step"
AnyRequest = Request[Any, Any, Any]


class Detour(LoyaltyError):
    """The page is somebody's to open, but not yet. `path` is where to go first."""

    status = 403

    def __init__(self, path: str, sentence: str) -> None:
        super().__init__(sentence)
        self.path = path


def answer(request: AnyRequest, detour: Detour) -> Response[Any]:
    """Go there, and come back afterwards: to a page that was opened, or the one a form was on."""
    path = f"{detour.path}?{urlencode({'next': wanted(request)})}"
    if htmx.is_partial(request):
        return Response(b"", status_code=detour.status, media_type="text/html", headers=htmx.redirect(path))
    return Redirect(path, status_code=303)


def wanted(request: AnyRequest) -> str:
    """What to come back to."""
    if htmx.is_partial(request):
        return asked_from(request, "hx-current-url") or "/admin"
    if request.method == "GET":
        return request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return asked_from(request) or "/admin"
