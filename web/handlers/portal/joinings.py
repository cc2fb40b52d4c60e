"""A guest joins. PRODUCT A2, A4."""

from typing import Any

from litestar import Request, Response, post
from litestar.response import Redirect

from loyalty.errors import LoyaltyError
from loyalty.members.joining import join
from web.attempts import attempt
from web.auth import Visit
from web.forms.sign_ins import JoinForm
from web.handlers.portal.home import home_page
from web.permissions import MEMBER


@post("/joining", name="portal.join", opt={"action": MEMBER, "anybody": True})
async def create_joining(request: Request[Visit, Any, Any]) -> Response[Any]:
    form, visit = JoinForm.read(await request.form()), request.user
    if form.errors:
        return await home_page(visit, form, status=422)
    sent, me = form.fields, visit.member
    joined = await attempt(join(visit.programme.id, me.id, sent.first_name, sent.last_name, by=me.actor))
    if isinstance(joined, LoyaltyError):
        form.errors = {joined.field or "first_name": str(joined)}
        return await home_page(visit, form, status=joined.status)
    return Redirect("/portal", status_code=303)
