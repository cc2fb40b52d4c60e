"""Team notes on a customer's page. PRODUCT B3."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath

from loyalty.customers.naming import known
from loyalty.notes.writing import remove, write
from web.answers import done
from web.auth import SignedDep, Visit
from web.forms.notes import NoteForm
from web.templating import Page, page

OPT = {"action": "notes.write"}
FORM = "admin/notes/new.html#form"
AnyRequest = Request[Visit, Any, Any]


@get("/customers/{uid:str}/notes/new", name="notes.new", opt=OPT)
async def new_note(uid: FromPath[str], signed: SignedDep) -> Page:
    await known(signed.programme_id, uid)
    return page(FORM, uid=uid, form=NoteForm())


@post("/customers/{uid:str}/notes", name="notes.create", opt=OPT)
async def create_note(request: AnyRequest, uid: FromPath[str], signed: SignedDep) -> Response[Any]:
    form, who = NoteForm.read(await request.form()), await known(signed.programme_id, uid)
    if form.errors:
        return page(FORM, status=422, uid=uid, form=form)
    by = request.user.staff.actor
    noted = await write(signed.programme_id, who.id, form.fields.body, by=by, key=form.key)
    return await done(request, noted.sentence, back=f"/admin/customers/{uid}", undo=noted.action.uid)


@post("/customers/{uid:str}/notes/{note:str}/removal", name="notes.remove", opt=OPT)
async def create_removal(
    request: AnyRequest, uid: FromPath[str], note: FromPath[str], signed: SignedDep
) -> Response[Any]:
    who, by = await known(signed.programme_id, uid), request.user.staff.actor
    removed = await remove(signed.programme_id, who.id, note, by=by)
    return await done(request, removed.sentence, back=f"/admin/customers/{uid}", undo=removed.action.uid)
