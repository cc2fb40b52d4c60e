"""Declining what somebody asked a second person for. PRODUCT C7."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath

from loyalty.approvals import deciding, listing
from web.answers import done
from web.auth import SignedDep, Visit
from web.forms.approvals import RefusalForm
from web.handlers.admin.approvals import QUEUE
from web.templating import Page, page

OPT = {"action": "approvals.decide"}
AnyRequest = Request[Visit, Any, Any]


@get("/approvals/{uid:str}/refusal/new", name="refusals.new", opt=OPT)
async def new_refusal(request: AnyRequest, uid: FromPath[str], signed: SignedDep) -> Page:
    return await show(request, signed.programme_id, uid, RefusalForm())


@post("/approvals/{uid:str}/refusal", name="refusals.create", opt=OPT)
async def create_refusal(request: AnyRequest, uid: FromPath[str], signed: SignedDep) -> Response[Any]:
    form, by = RefusalForm.read(await request.form()), request.user.staff.actor
    if form.errors:
        return await show(request, signed.programme_id, uid, form, status=422)
    decided = await deciding.decline(signed.programme_id, uid, by=by, reason=form.fields.reason)
    return await done(request, decided.sentence, back=QUEUE)


async def show(
    request: AnyRequest, programme_id: int, uid: str, form: RefusalForm, *, status: int = 200
) -> Page:
    asked = await listing.request(programme_id, uid, request.user.staff.actor)
    return page("admin/refusals/new.html#form", status=status, asked=asked, form=form)
