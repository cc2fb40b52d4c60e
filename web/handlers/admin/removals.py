"""Taking an unused reward back, with its points or without. PRODUCT E2."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath

from loyalty.rewards.holdings import holding, removable
from loyalty.rewards.removing import remove
from web.answers import done
from web.auth import SignedDep, Visit
from web.forms.issued_rewards import RemovalForm
from web.templating import Page, page

FORM = "admin/removals/new.html#form"
OPT = {"action": "rewards.remove"}


@get("/issued-rewards/{uid:str}/removals/new", name="removals.new", opt=OPT)
async def new_removal(uid: FromPath[str], signed: SignedDep) -> Page:
    held = await removable(signed.programme_id, uid)
    form = RemovalForm()
    form.typed["points"] = "return" if held.points else "keep"
    return page(FORM, held=held, form=form)


@post("/issued-rewards/{uid:str}/removals", name="removals.create", opt=OPT)
async def create_removal(
    request: Request[Visit, Any, Any], uid: FromPath[str], signed: SignedDep
) -> Response[Any]:
    form, held = RemovalForm.read(await request.form()), await holding(signed.programme_id, uid)
    if form.errors:
        return page(FORM, status=422, held=held, form=form)
    returns = form.fields.points == "return"
    by, reason = request.user.staff.actor, form.fields.reason
    gone = await remove(signed.programme_id, uid, return_points=returns, by=by, reason=reason, key=form.key)
    back = f"/admin/customers/{held.customer_uid}?tab=rewards"
    return await done(request, gone.sentence, back=back, undo=gone.action.uid)
