"""Earning for an amount at the counter. PRODUCT E5."""

from typing import Any

from litestar import Request, Response, post
from litestar.datastructures import Cookie
from litestar.params import FromPath
from litestar.response import Redirect

from loyalty.errors import LoyaltyError
from loyalty.till import purchases
from web.attempts import attempt
from web.auth import SignedDep, Visit
from web.forms.till import PurchaseForm
from web.handlers.till.customers import STORE_COOKIE, show

YEAR = 366 * 24 * 3600


@post("/customers/{uid:str}/purchases", name="till.purchases", opt={"action": "till.use"})
async def create_purchase(
    request: Request[Visit, Any, Any], uid: FromPath[str], signed: SignedDep
) -> Response[Any]:
    form, by = PurchaseForm.read(await request.form()), request.user.staff.actor
    form.judge(request.user.programme.currency)
    if form.errors:
        return await show(request, uid, form, status=422)
    sent, amount = form.fields, form.amount_minor
    counted = await attempt(
        purchases.count(
            signed.programme_id, uid, amount, sent.receipt, store_uid=sent.store, by=by, key=form.key
        )
    )
    if isinstance(counted, LoyaltyError):
        form.errors[counted.field or "amount"] = str(counted)
        return await show(request, uid, form, status=counted.status)
    kept = Cookie(STORE_COOKIE, value=sent.store, path="/till", httponly=True, samesite="lax", max_age=YEAR)
    return Redirect(f"/till/outcomes/{counted.action.uid}", status_code=303, cookies=[kept])
