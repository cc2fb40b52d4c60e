"""Merge two records of one person: find the other, see what moves, choose, do it. PRODUCT B6."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath

from loyalty.errors import LoyaltyError
from loyalty.merging.finding import candidates
from loyalty.merging.merging import merge
from loyalty.merging.preview import preview
from web.answers import done
from web.attempts import attempt
from web.auth import SignedDep, Visit
from web.forms.merging import MergeForm
from web.templating import Page, page

OPT = {"action": "customers.merge"}
AnyRequest = Request[Visit, Any, Any]


@get("/customers/{uid:str}/merging/new", name="merging.new", opt=OPT)
async def new_merging(request: AnyRequest, uid: FromPath[str], signed: SignedDep) -> Page:
    query = request.query_params
    if query.get("other"):
        return await show(signed.programme_id, uid, MergeForm.blank(query))
    q = query.get("q", "").strip()[:100]
    found = await candidates(signed.programme_id, uid, q)
    return page("admin/merging/find.html#found", about=found, q=q)


@post("/customers/{uid:str}/merging", name="merging.create", opt=OPT)
async def create_merging(request: AnyRequest, uid: FromPath[str], signed: SignedDep) -> Response[Any]:
    form, by = MergeForm.read(await request.form()), request.user.staff.actor
    if form.errors:
        return await show(signed.programme_id, uid, form, status=422)
    sent = form.fields
    merged = await attempt(
        merge(signed.programme_id, uid, sent.other, take=sent.take, by=by, key=form.key, reason=sent.reason)
    )
    if isinstance(merged, LoyaltyError):
        return await show(signed.programme_id, uid, form, status=merged.status, why=str(merged))
    return await done(request, merged.sentence, back=f"/admin/customers/{uid}", undo=merged.action.uid)


async def show(programme_id: int, uid: str, form: MergeForm, *, status: int = 200, why: str = "") -> Page:
    about = await preview(programme_id, uid, form.typed["other"])
    form.refuse(about, why)
    return page("admin/merging/new.html", status=status, about=about, form=form)
