"""The keyboard's keys, as a dialog and a page; switched off and on for this browser (WCAG 2.1.4)."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.datastructures import Cookie
from litestar.response import Redirect

from web.answers import asked_from
from web.auth import Visit
from web.templating import Page, page

OPT = {"action": "account.edit"}
YEAR = 365 * 24 * 3600
AnyRequest = Request[Visit, Any, Any]


@get("/keys", name="keys.show", opt=OPT)
async def show_keys() -> Page:
    return page("admin/keys/show.html#keys")


@post("/keys", name="keys.choose", opt=OPT)
async def create_choice(request: AnyRequest) -> Response[Any]:
    """Every page reads the cookie, so the choice holds at once and before signing in."""
    word = "on" if (await request.form()).get("keys") == "on" else "off"
    back = Redirect(asked_from(request) or "/admin/keys", status_code=303)
    back.set_cookie(Cookie(key="keys", value=word, path="/", max_age=YEAR, samesite="lax", httponly=True))
    return back
