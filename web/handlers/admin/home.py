"""Where people land. PRODUCT O6."""

from typing import Any

from litestar import Request, get

from loyalty.home import expiring, returning
from loyalty.home.overview import overview
from loyalty.home.views import Grain
from loyalty.segments import listing
from web.auth import SignedDep
from web.templating import Page, page

AnyRequest = Request[Any, Any, Any]


@get("/", name="home.show", opt={"action": "home.read"})
async def show_home(request: AnyRequest, signed: SignedDep) -> Page:
    by = next((grain for grain in Grain if grain == request.query_params.get("by")), Grain.WEEK)
    p = signed.programme_id
    return page("admin/home.html#chart", home=await overview(p, by), segments=await listing.listing(p))


@get("/expiring", name="expiring.index", opt={"action": "customers.read"})
async def list_expiring(request: AnyRequest, signed: SignedDep) -> Page:
    found = await expiring.listing(signed.programme_id, request.query_params.get("at"))
    return page("admin/expiring/index.html", found=found)


@get("/returning", name="returning.index", opt={"action": "customers.read"})
async def list_returning(request: AnyRequest, signed: SignedDep) -> Page:
    found = await returning.listing(signed.programme_id, request.query_params.get("at"))
    return page("admin/returning/index.html", found=found)
