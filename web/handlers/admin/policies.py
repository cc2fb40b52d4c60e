"""Programme → Expiry and hold: what holds, and the form that changes it. PRODUCT C5, C9, J1."""

from typing import Any

from litestar import Request, get

from loyalty.policies import drafting
from loyalty.policies.terms import policies_of
from web.auth import SignedDep, Visit
from web.forms.policies import PoliciesForm
from web.templating import Page, page

AnyRequest = Request[Visit, Any, Any]


@get("/policies", name="policies.show", opt={"action": "programme.read"})
async def show_policies(request: AnyRequest) -> Page:
    return page("admin/policies/show.html", now=policies_of(request.user.programme))


@get("/policies/edit", name="policies.edit", opt={"action": "programme.manage"})
async def edit_policies(request: AnyRequest, signed: SignedDep) -> Page:
    now, uid = policies_of(request.user.programme), request.query_params.get("draft", "")
    drawn = (await drafting.find(signed.programme_id, uid)).wanted if uid else now
    return show_form(PoliciesForm.drawn(drawn), now.seen)


def show_form(form: PoliciesForm, seen: str, *, status: int = 200) -> Page:
    return page("admin/policies/edit.html", status=status, form=form, seen=seen)
