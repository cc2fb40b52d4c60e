"""Who moved between value segments in a month. PRODUCT K5."""

from typing import Any

from litestar import Request, get

from loyalty.segments import listing, migration
from web import flows
from web.auth import SignedDep, Visit
from web.templating import Page, page

AnyRequest = Request[Visit, Any, Any]
READS = {"action": "segments.read"}


@get("/segments/moves", name="segments.moves", opt=READS)
async def show_moves(request: AnyRequest, signed: SignedDep) -> Page:
    query = request.query_params
    found = await migration.migration(signed.programme_id, query.get("month", ""), query.get("over", ""))
    return page("admin/segments/moves.html#moves", found=found, drawn=flows.flow(found.places, found.cells))


@get("/segments/moves/people", name="segments.movers", opt=READS)
async def list_movers(request: AnyRequest, signed: SignedDep) -> Page:
    query = request.query_params
    month, source, target, over = (query.get(name, "") for name in ("month", "from", "to", "over"))
    p, at = signed.programme_id, query.get("at")
    found = await migration.movers(p, month, source, target, over=over, cursor=at)
    names = {**await listing.names(signed.programme_id), migration.NOWHERE: "No segment"}
    return page("admin/segments/movers.html", found=found, names=names, source=source, target=target)
