"""One customer in front of the counter. PRODUCT E5."""

from typing import Any

from litestar import Request, get
from litestar.params import FromPath

from loyalty.till import purchases
from loyalty.till.counter import counter
from web.auth import SignedDep, Visit
from web.forms.till import PurchaseForm
from web.templating import Page, page

STORE_COOKIE = "till-store"
AnyRequest = Request[Visit, Any, Any]


@get("/customers/{uid:str}", name="till.customer", opt={"action": "till.use"})
async def show_customer(request: AnyRequest, uid: FromPath[str], signed: SignedDep) -> Page:
    form = PurchaseForm()
    form.typed["store"] = request.cookies.get(STORE_COOKIE, "")
    return await show(request, uid, form)


async def show(
    request: AnyRequest, uid: str, form: PurchaseForm, *, refusal: str = "", status: int = 200
) -> Page:
    """The customer's page, with an amount that can't be or why something was refused."""
    programme_id = request.user.programme.id
    return page(
        "till/customer.html",
        status=status,
        about=await counter(programme_id, uid),
        stores=await purchases.stores(programme_id),
        form=form,
        refusal=refusal,
    )
