"""Exclude from program: the form lists what it means. PRODUCT A3."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath

from db.enums import CustomerType
from loyalty.customers.consequences import consequences
from loyalty.customers.moving import exclude
from loyalty.customers.naming import known
from web.answers import done
from web.auth import SignedDep, Visit
from web.forms.standing import ExclusionForm
from web.templating import Page, page

OPT = {"action": "customers.exclude"}
FORM = "admin/exclusions/new.html#form"
PREVIEW = "admin/exclusions/new.html#consequences"


@get("/customers/{uid:str}/exclusion/new", name="exclusions.new", opt=OPT)
async def new_exclusion(uid: FromPath[str], signed: SignedDep) -> Page:
    return await show(FORM, signed.programme_id, uid, ExclusionForm())


@get("/customers/{uid:str}/exclusion/preview", name="exclusions.preview", opt=OPT)
async def preview_exclusion(request: Request[Visit, Any, Any], uid: FromPath[str], signed: SignedDep) -> Page:
    form = ExclusionForm()
    form.typed["void_rewards"] = request.query_params.get("void_rewards", "")
    return await show(PREVIEW, signed.programme_id, uid, form)


@post("/customers/{uid:str}/exclusion", name="exclusions.create", opt=OPT)
async def create_exclusion(
    request: Request[Visit, Any, Any], uid: FromPath[str], signed: SignedDep
) -> Response[Any]:
    form = ExclusionForm.read(await request.form())
    if form.errors:
        return await show(FORM, signed.programme_id, uid, form, status=422)
    who, by, sent = await known(signed.programme_id, uid), request.user.staff.actor, form.fields
    moved = await exclude(
        signed.programme_id, who.id, by=by, reason=sent.reason, void_rewards=sent.void_rewards, key=form.key
    )
    undo = moved.action.uid if moved.action.undoable else None
    return await done(request, moved.sentence, back=f"/admin/customers/{uid}", undo=undo)


async def show(template: str, programme_id: int, uid: str, form: ExclusionForm, *, status: int = 200) -> Page:
    void = bool(form.typed["void_rewards"])
    about = await consequences(programme_id, uid, CustomerType.LEFT, void_rewards=void)
    return page(template, status=status, about=about, form=form)
