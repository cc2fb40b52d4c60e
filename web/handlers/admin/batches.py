"""Changing many people at once: the form, the batch as it goes, and what became of everybody. PRODUCT B1."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.exceptions import PermissionDeniedException
from litestar.params import FromPath
from litestar.response import Redirect, Stream

from db.enums import BatchKind, BatchPersonState
from loyalty.batches import choosing, reading, starting
from loyalty.campaigns import ending
from loyalty.errors import LoyaltyError
from loyalty.segments import lists
from web import htmx
from web.attempts import attempt
from web.auth import SignedDep, Visit
from web.forms.batches import ACTIONS, BatchForm, form_of, selection
from web.permissions import allowed
from web.templating import Page, page

OPT = {"action": "customers.batch"}
FORM = "admin/batches/new.html#form"
CSV_HEADERS = {"Content-Disposition": 'attachment; filename="batch.csv"', "Cache-Control": "no-store"}
AnyRequest = Request[Visit, Any, Any]


@get("/batches", name="batches.index", opt=OPT)
async def list_batches(signed: SignedDep) -> Page:
    return page("admin/batches/index.html", batches=await reading.latest(signed.programme_id))


@get("/batches/new/{kind:str}", name="batches.new", opt=OPT)
async def new_batch(request: AnyRequest, kind: FromPath[str], signed: SignedDep) -> Page:
    form = permitted(request, form_of(kind)())
    form.chosen = selection(request.query_params)
    return await show(form, signed.programme_id)


@post("/batches/new/{kind:str}", name="batches.create", opt=OPT)
async def create_batch(request: AnyRequest, kind: FromPath[str], signed: SignedDep) -> Response[Any]:
    sent = await request.form()
    form, by = permitted(request, form_of(kind).read(sent)), request.user.staff.actor
    form.chosen = selection(sent)
    if form.errors:
        return await show(form, signed.programme_id, status=422)
    asked, given = form.fields, {"by": by, "key": form.key, "expected": form.fields.count}
    started = await attempt(
        starting.start(signed.programme_id, form.chosen, form.kind, asked.args, sure=asked.sure, **given)
    )
    if isinstance(started, LoyaltyError):
        form.refuse(started)
        return await show(form, signed.programme_id, status=form.status)
    path = f"/admin/batches/{started.uid}"
    if htmx.is_partial(request):
        return Response(b"", media_type="text/html", headers=htmx.redirect(path))
    return Redirect(path, status_code=303)


@get("/batches/{uid:str}", name="batches.show", opt=OPT)
async def show_batch(request: AnyRequest, uid: FromPath[str], signed: SignedDep) -> Page:
    query = request.query_params
    only = next((state for state in BatchPersonState if state == query.get("only")), None)
    found = await reading.report(signed.programme_id, uid, only, query.get("at"))
    return page("admin/batches/show.html#batch", found=found, batch=found.batch, at=query.get("at"))


@get("/batches/{uid:str}/people.csv", name="batches.csv", opt={"action": "customers.export"})
async def export_batch(uid: FromPath[str], signed: SignedDep) -> Stream:
    pieces = await reading.csv(signed.programme_id, uid)
    return Stream(pieces, media_type="text/csv", headers=CSV_HEADERS)


def permitted(request: AnyRequest, form: BatchForm) -> BatchForm:
    """The same form, for who may do this to one person."""
    if not allowed(request.user.staff.role, ACTIONS[form.kind]):
        raise PermissionDeniedException
    return form


async def show(form: BatchForm, programme_id: int, *, status: int = 200) -> Page:
    form.counted = await choosing.count(programme_id, form.chosen)
    form.lists = await lists.names(programme_id) if form.kind is BatchKind.LIST else {}
    if form.kind is BatchKind.END_OFFERS:
        form.ending = await ending.endable(programme_id, form.chosen.campaign)
    return page(FORM, status=status, form=form)
