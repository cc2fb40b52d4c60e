"""Explain this balance: a page to read and to print. PRODUCT O3."""

from typing import Any

from litestar import Request, get
from litestar.params import FromPath

from loyalty.ledger.past import explained
from web.auth import SignedDep
from web.forms.as_of import AsOfForm
from web.templating import Page, page


@get("/customers/{uid:str}/explanation", name="explanations.show", opt={"action": "customers.read"})
async def show_explanation(request: Request[Any, Any, Any], uid: FromPath[str], signed: SignedDep) -> Page:
    query = request.query_params
    form, spent = AsOfForm.asked(query.get("day", "")), query.get("spent") == "yes"
    day = None if form.errors else form.fields.day
    found = await explained(signed.programme_id, uid, day, spent=spent)
    status = 422 if form.errors else 200
    return page("admin/explanations/show.html", status=status, found=found, form=form, day=day, spent=spent)
