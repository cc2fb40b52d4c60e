"""Segments of what people told us: an answer, a result or a birthday month. PRODUCT K3."""

from typing import Any

from litestar import Request, Response, get, post

from loyalty.errors import LoyaltyError
from loyalty.segments import declaring
from web.answers import done
from web.attempts import attempt
from web.auth import SignedDep, Visit
from web.forms.segments import DeclaredForm
from web.templating import Page, page

OPT = {"action": "segments.edit"}
FORM = "admin/segments/declared.html#form"
AnyRequest = Request[Visit, Any, Any]


@get("/segments/declarations/new", name="declarations.new", opt=OPT)
async def new_declaration(signed: SignedDep) -> Page:
    return await show(signed.programme_id, DeclaredForm())


@post("/segments/declarations", name="declarations.create", opt=OPT)
async def create_declaration(request: AnyRequest, signed: SignedDep) -> Response[Any]:
    p, form = signed.programme_id, DeclaredForm.read(await request.form())
    if form.errors:
        return await show(p, form, status=422)
    asked, by = form.fields, request.user.staff.actor
    made = await attempt(declaring.make(p, asked.name, asked.choice, by=by, key=form.key))
    if isinstance(made, LoyaltyError):
        form.errors[made.field or "choice"] = str(made)
        return await show(p, form, status=made.status)
    return await done(
        request, made.sentence, back=f"/admin/segments/{made.segment.uid}", undo=made.action.uid
    )


async def show(programme_id: int, form: DeclaredForm, *, status: int = 200) -> Page:
    return page(FORM, status=status, form=form, told=await declaring.offered(programme_id))
