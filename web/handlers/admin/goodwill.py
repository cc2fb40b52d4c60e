"""Returning the price of a used or expired reward as goodwill. PRODUCT E2."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath

from loyalty.rewards.goodwill import return_as_goodwill
from loyalty.rewards.holdings import holding, returnable
from web.answers import done
from web.auth import SignedDep, Visit
from web.forms.issued_rewards import GoodwillForm
from web.templating import Page, page

FORM = "admin/goodwill/new.html#form"
OPT = {"action": "rewards.remove"}


@get("/issued-rewards/{uid:str}/goodwill/new", name="goodwill.new", opt=OPT)
async def new_goodwill(uid: FromPath[str], signed: SignedDep) -> Page:
    return page(FORM, held=await returnable(signed.programme_id, uid), form=GoodwillForm())


@post("/issued-rewards/{uid:str}/goodwill", name="goodwill.create", opt=OPT)
async def create_goodwill(
    request: Request[Visit, Any, Any], uid: FromPath[str], signed: SignedDep
) -> Response[Any]:
    form, held = GoodwillForm.read(await request.form()), await holding(signed.programme_id, uid)
    if form.errors:
        return page(FORM, status=422, held=held, form=form)
    by, reason = request.user.staff.actor, form.fields.reason
    given = await return_as_goodwill(signed.programme_id, uid, by=by, reason=reason, key=form.key)
    back = f"/admin/customers/{held.customer_uid}?tab=rewards"
    return await done(request, given.sentence, back=back, undo=given.action.uid)
