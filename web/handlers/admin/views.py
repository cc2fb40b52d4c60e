"""Saved views of the customers list: saved, renamed, shared, opened with, deleted. PRODUCT B1."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath

from loyalty.errors import LoyaltyError
from loyalty.views import listing, saving
from web.answers import done
from web.attempts import attempt
from web.auth import SignedDep, Visit
from web.forms.views import ViewForm
from web.templating import Page, page

OPT = {"action": "customers.read"}
FORM = "admin/views/new.html#form"
AnyRequest = Request[Visit, Any, Any]


@get("/views", name="views.index", opt=OPT)
async def list_views(request: AnyRequest, signed: SignedDep) -> Page:
    found = await listing.views(signed.programme_id, request.user.staff.id)
    return page("admin/views/index.html", views=found)


@get("/views/new", name="views.new", opt=OPT)
async def new_view(request: AnyRequest) -> Page:
    return page(FORM, form=ViewForm.blank(request.query_params), view=None)


@post("/views", name="views.create", opt=OPT)
async def create_view(request: AnyRequest, signed: SignedDep) -> Response[Any]:
    form, by = ViewForm.read(await request.form()), request.user.staff.actor
    if form.errors:
        return page(FORM, status=422, form=form, view=None)
    sent, query = form.fields, form.fields.wanted.query()
    saved = await attempt(saving.save(signed.programme_id, query, sent.wish, by=by, replace=sent.replace))
    if isinstance(saved, LoyaltyError):
        form.errors[saved.field or "filter"] = str(saved)
        return page(FORM, status=saved.status, form=form, view=None)
    return await done(request, f"The view “{saved.name}” was saved", back=f"/admin/customers?{saved.query}")


@get("/views/{uid:str}", name="views.edit", opt=OPT)
async def edit_view(request: AnyRequest, uid: FromPath[str], signed: SignedDep) -> Page:
    view = await listing.view(signed.programme_id, uid, request.user.staff.id)
    return page(FORM, form=ViewForm.of(view), view=view)


@post("/views/{uid:str}", name="views.update", opt=OPT)
async def update_view(request: AnyRequest, uid: FromPath[str], signed: SignedDep) -> Response[Any]:
    form, by = ViewForm.read(await request.form()), request.user.staff.actor
    view = await listing.view(signed.programme_id, uid, request.user.staff.id)
    if form.errors:
        return page(FORM, status=422, form=form, view=view)
    changed = await attempt(saving.change(signed.programme_id, uid, form.fields.wish, by=by))
    if isinstance(changed, LoyaltyError):
        form.errors[changed.field or "name"] = str(changed)
        return page(FORM, status=changed.status, form=form, view=view)
    return await done(request, f"The view “{changed.name}” was changed", back="/admin/views")


@post("/views/{uid:str}/deletion", name="views.delete", opt=OPT)
async def create_deletion(request: AnyRequest, uid: FromPath[str], signed: SignedDep) -> Response[Any]:
    sentence = await saving.delete(signed.programme_id, uid, by=request.user.staff.actor)
    return await done(request, sentence, back="/admin/views")
