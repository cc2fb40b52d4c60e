"""The simulator: a sample order, and what each rule gives it. PRODUCT I2."""

from typing import Any

from litestar import Request, get

from loyalty import calendar
from loyalty.earning.names import names
from loyalty.earning.simulating import as_theirs, simulate
from loyalty.products.known import categories
from web.attempts import attempt
from web.auth import SignedDep, Visit
from web.forms.sample_orders import KINDS, SampleForm
from web.templating import Page, page


@get("/earning-rules/sample", name="sample_orders.show", opt={"action": "earning.read"})
async def show_sample(request: Request[Visit, Any, Any], signed: SignedDep) -> Page:
    programme, known = request.user.programme, await names(signed.programme_id)
    form = SampleForm.read(request.query_params, programme.currency, known, calendar.today(programme))
    found = None
    if form.sample is not None and (address := form.about.fields.customer):
        form.becomes(await attempt(as_theirs(signed.programme_id, form.sample, address)))
    if form.sample is not None:
        drafts = form.about.fields.drafts
        found = await simulate(signed.programme_id, form.sample, known, drafts=drafts)
    status = 422 if form.wrong else 200
    shown: dict[str, Any] = {"form": form, "names": known, "found": found, "kinds": KINDS}
    shown["shelves"] = await categories(signed.programme_id)
    return page("admin/sample_orders/show.html#sample", status=status, **shown)
