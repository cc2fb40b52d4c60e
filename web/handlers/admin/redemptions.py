"""Spend balance: redeeming on a customer's behalf. PRODUCT C8."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath

from loyalty.errors import LoyaltyError
from loyalty.rewards import catalogue
from loyalty.rewards.redeeming import redeem
from loyalty.rewards.shelf import shelf
from web.answers import done
from web.attempts import attempt
from web.auth import SignedDep, Visit
from web.forms.redemptions import RedemptionForm
from web.templating import Page, page

FORM = "admin/redemptions/new.html#form"
OPT = {"action": "rewards.redeem"}


@get("/customers/{uid:str}/redemptions/new", name="redemptions.new", opt=OPT)
async def new_redemption(uid: FromPath[str], signed: SignedDep) -> Page:
    return page(FORM, shelf=await shelf(signed.programme_id, uid), form=RedemptionForm())


@post("/customers/{uid:str}/redemptions", name="redemptions.create", opt=OPT)
async def create_redemption(
    request: Request[Visit, Any, Any], uid: FromPath[str], signed: SignedDep
) -> Response[Any]:
    form = RedemptionForm.read(await request.form())
    before = await shelf(signed.programme_id, uid, key=form.key)
    form.judge(before)
    if form.errors:
        return page(FORM, status=422, shelf=before, form=form)
    reward, shown = await catalogue.find(signed.programme_id, form.fields.uid), form.fields.shown
    verb = redeem(
        signed.programme_id,
        before.customer_id,
        reward.id,
        by=request.user.staff.actor,
        key=form.key,
        on_behalf=True,
        shown=shown,
    )
    got = await attempt(verb)
    if isinstance(got, LoyaltyError):
        form.errors["reward"] = str(got)
        return page(FORM, status=got.status, shelf=await shelf(signed.programme_id, uid), form=form)
    told = f"{got.sentence}. The code is {got.code}"
    undo = got.action.uid if got.action else None
    return await done(request, told, back=f"/admin/customers/{uid}?tab=rewards", undo=undo)
