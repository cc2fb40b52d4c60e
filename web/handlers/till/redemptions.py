"""Points against a reward, at the counter. PRODUCT E5, C8."""

from typing import Any

from litestar import Request, Response, post
from litestar.params import FromPath
from litestar.response import Redirect

from loyalty.customers.naming import known
from loyalty.errors import LoyaltyError
from loyalty.rewards import catalogue
from loyalty.rewards.redeeming import redeem
from loyalty.till import outcomes
from web.attempts import attempt
from web.auth import SignedDep, Visit
from web.forms.redemptions import CHOOSE, RedemptionForm
from web.forms.till import PurchaseForm
from web.handlers.till.customers import show


@post("/customers/{uid:str}/redemptions", name="till.redemptions", opt={"action": "till.use"})
async def create_redemption(
    request: Request[Visit, Any, Any], uid: FromPath[str], signed: SignedDep
) -> Response[Any]:
    form, who = RedemptionForm.read(await request.form()), await known(signed.programme_id, uid)
    if form.errors:
        return await show(request, uid, PurchaseForm(), refusal=CHOOSE, status=422)
    reward, shown = await catalogue.find(signed.programme_id, form.fields.uid), form.fields.shown
    by, key = request.user.staff.actor, form.key
    got = await attempt(
        redeem(signed.programme_id, who.id, reward.id, by=by, key=key, on_behalf=True, shown=shown)
    )
    if isinstance(got, LoyaltyError):
        return await show(request, uid, PurchaseForm(), refusal=str(got), status=got.status)
    done = (
        got.action.uid
        if got.action
        else await outcomes.of_copy(signed.programme_id, got.uid, "reward.redeemed")
    )
    return Redirect(f"/till/outcomes/{done}", status_code=303)
