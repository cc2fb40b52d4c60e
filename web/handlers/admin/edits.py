"""Editing a field of the profile card in place. PRODUCT B4."""

from calendar import month_name
from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath

from loyalty.customers.editing import Editable, edit, editable
from loyalty.errors import LoyaltyError
from web.answers import done
from web.attempts import attempt
from web.auth import SignedDep, Visit
from web.forms.edits import EditForm, form_of
from web.templating import Page, page

OPT = {"action": "customers.edit"}


@get("/customers/{uid:str}/edits/{field:str}", name="edits.new", opt=OPT)
async def new_edit(uid: FromPath[str], field: FromPath[str], signed: SignedDep) -> Page:
    form = form_of(field)()
    about = await editable(signed.programme_id, uid, form.field)
    form.draw(about)
    return show(about, form)


@post("/customers/{uid:str}/edits/{field:str}", name="edits.create", opt=OPT)
async def create_edit(
    request: Request[Visit, Any, Any], uid: FromPath[str], field: FromPath[str], signed: SignedDep
) -> Response[Any]:
    form, by = form_of(field).read(await request.form()), request.user.staff.actor
    about = await editable(signed.programme_id, uid, form.field)
    if form.errors:
        return show(about, form)
    value, version = form.fields.model_dump(), form.version
    edited = await attempt(edit(signed.programme_id, about.id, form.field, value, version=version, by=by))
    if isinstance(edited, LoyaltyError):
        form.refuse(edited)
        return show(about, form)
    undo = edited.action.uid if edited.action else None
    return await done(request, edited.sentence, back=f"/admin/customers/{uid}", undo=undo)


def show(about: Editable, form: EditForm) -> Page:
    return page("admin/edits/new.html#row", status=form.status, about=about, form=form, months=month_name[1:])
