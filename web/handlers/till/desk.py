"""The till's one box: a card, a code, a phone number, a name. PRODUCT E5."""

from typing import Any

from litestar import Request, Response, get
from litestar.response import Redirect

from loyalty.till.finding import Found, find
from web.auth import SignedDep, Visit
from web.templating import page

LONGEST = 100


@get("/", name="till.show", opt={"action": "till.use"})
async def show_till(request: Request[Visit, Any, Any], signed: SignedDep) -> Response[Any]:
    typed = request.query_params.get("q", "").strip()[:LONGEST]
    found = await find(signed.programme_id, typed) if typed else Found()
    if found.customer_uid:
        return Redirect(f"/till/customers/{found.customer_uid}", status_code=303)
    if found.copy_uid:
        return Redirect(f"/till/codes/{found.copy_uid}", status_code=303)
    return page("till/index.html", typed=typed, found=found)
