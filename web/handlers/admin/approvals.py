"""Adjustments that wait for a second person, and approving them. PRODUCT C7."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath

from loyalty.approvals import deciding, listing
from loyalty.approvals.listing import Shown
from web.answers import done
from web.auth import SignedDep, Visit
from web.permissions import allowed
from web.templating import Page, page

QUEUE = "/admin/approvals"
AnyRequest = Request[Visit, Any, Any]


@get("/approvals", name="approvals.index", opt={"action": "approvals.read"})
async def list_approvals(request: AnyRequest, signed: SignedDep) -> Page:
    shown, query = shown_to(request), request.query_params
    found = await listing.queue(signed.programme_id, shown, request.user.staff.actor, query.get("at"))
    return page("admin/approvals/index.html#pills+rows", shown=shown, found=found)


@post("/approvals/{uid:str}/approval", name="approvals.create", opt={"action": "approvals.decide"})
async def create_approval(request: AnyRequest, uid: FromPath[str], signed: SignedDep) -> Response[Any]:
    decided = await deciding.approve(signed.programme_id, uid, by=request.user.staff.actor)
    return await done(request, decided.sentence, back=QUEUE, undo=decided.undo)


def shown_to(request: AnyRequest) -> Shown:
    """Which list is asked for; who decides nothing sees their own requests only."""
    if not allowed(request.user.staff.role, "approvals.decide"):
        return Shown.MINE
    wanted = request.query_params.get("show", "")
    return Shown(wanted) if wanted in list(Shown) else Shown.WAITING
