"""A session for somebody who has proved who they are."""

from typing import Any

from litestar import Request
from litestar.response import Redirect

from db.enums import SessionKind
from loyalty import sessions, staff
from web.auth import cookie_name, session_cookie
from web.returning import goes_to

AnyRequest = Request[Any, Any, Any]


async def begin_session(request: AnyRequest, account: staff.Account, *, proved: bool = False) -> Redirect:
    """A new session in place of whatever the browser had. `proved`: a code was given, too."""
    https = request.app.state.https
    token = await sessions.start(
        account.programme_id,
        SessionKind.STAFF,
        account.id,
        replacing=request.cookies.get(cookie_name(https)),
        agent=request.headers.get("user-agent", "")[:300],
        ip=address_of(request),
        proved=proved,
    )
    return Redirect(goes_to(request), status_code=303, cookies=[session_cookie(token, https)])


def address_of(request: AnyRequest) -> str:
    """The network address the request came from."""
    return request.client.host if request.client else ""
