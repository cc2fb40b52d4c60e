"""The box in the top bar: one clear match opens, else what was found. PRODUCT B1."""

from typing import Any

from litestar import Request, Response, get
from litestar.response import Redirect

from loyalty.lookup import look_up
from web.auth import SignedDep
from web.templating import page


@get("/search", name="search.index", opt={"action": "customers.read"})
async def show_search(request: Request[Any, Any, Any], signed: SignedDep) -> Response[Any]:
    q = request.query_params.get("q", "").strip()[:100]
    found = await look_up(signed.programme_id, q)
    if found.clear:
        return Redirect(found.clear, status_code=303)
    return page("admin/search/index.html", q=q, found=found)
