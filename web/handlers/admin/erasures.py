"""Erase a person for good, and the list of those who asked for it. PRODUCT O4."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath

from loyalty.customers import erasures, privacy
from web.answers import done
from web.auth import SignedDep, Visit
from web.forms.standing import ErasureForm
from web.templating import Page, page

OPT = {"action": "customers.erase"}
FORM = "admin/erasures/new.html#form"


@get("/erasures", name="erasures.index", opt=OPT)
async def list_erasures(request: Request[Visit, Any, Any], signed: SignedDep) -> Page:
    wishes = await erasures.waiting(signed.programme_id, request.query_params.get("at"))
    return page("admin/erasures/index.html", wishes=wishes)


@get("/customers/{uid:str}/erasure/new", name="erasures.new", opt=OPT)
async def new_erasure(uid: FromPath[str], signed: SignedDep) -> Page:
    return page(FORM, about=await erasures.leaving(signed.programme_id, uid), form=ErasureForm())


@post("/customers/{uid:str}/erasure", name="erasures.create", opt=OPT)
async def create_erasure(
    request: Request[Visit, Any, Any], uid: FromPath[str], signed: SignedDep
) -> Response[Any]:
    form, who = ErasureForm.read(await request.form()), await erasures.leaving(signed.programme_id, uid)
    if form.errors:
        return page(FORM, status=422, about=who, form=form)
    by, reason = request.user.staff.actor, form.fields.reason
    await privacy.erase(signed.programme_id, who.id, by=by, reason=reason)
    return await done(request, "The customer was erased", back=f"/admin/customers/{uid}")
