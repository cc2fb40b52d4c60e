"""Changed policies: kept as a draft, shown with what they would do, and put in force. PRODUCT J1."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from loyalty.errors import LoyaltyError
from loyalty.policies import drafting
from web.answers import done
from web.attempts import attempt
from web.auth import SignedDep, Visit
from web.forms.confirming import ConfirmForm
from web.forms.policies import PoliciesForm
from web.handlers.admin.policies import show_form
from web.templating import Page, page

OPT = {"action": "programme.manage"}
DRAFTS = "/policies/drafts"
AnyRequest = Request[Visit, Any, Any]


@post(DRAFTS, name="policy_drafts.create", opt=OPT)
async def create_policy_draft(request: AnyRequest, signed: SignedDep) -> Response[Any]:
    sent = await request.form()
    form, seen, by = PoliciesForm.read(sent), str(sent.get("seen", ""))[:64], request.user.staff.actor
    if form.errors:
        return show_form(form, seen, status=422)
    kept = await attempt(drafting.keep(signed.programme_id, form.fields.policies, seen=seen, by=by))
    if isinstance(kept, LoyaltyError):
        form.errors[kept.field or "all"] = str(kept)
        return show_form(form, seen, status=kept.status)
    return Redirect(f"/admin{DRAFTS}/{kept}", status_code=303)


@get(DRAFTS + "/{uid:str}", name="policy_drafts.show", opt=OPT)
async def show_policy_draft(uid: FromPath[str], signed: SignedDep) -> Page:
    return await show(signed.programme_id, uid)


@post(DRAFTS + "/{uid:str}/enactment", name="policy_drafts.enact", opt=OPT)
async def enact_policy_draft(request: AnyRequest, uid: FromPath[str], signed: SignedDep) -> Response[Any]:
    form, by = ConfirmForm.read(await request.form()), request.user.staff.actor
    enacted = await attempt(drafting.put_in_force(signed.programme_id, uid, by=by, key=form.key))
    if isinstance(enacted, LoyaltyError):
        return await show(signed.programme_id, uid, refused=str(enacted), status=enacted.status)
    return await done(request, enacted.sentence, back="/admin/policies", undo=enacted.action.uid)


async def show(programme_id: int, uid: str, *, refused: str = "", status: int = 200) -> Page:
    drafted = await drafting.find(programme_id, uid)
    return page(
        "admin/policy_drafts/show.html", status=status, drafted=drafted, refused=refused, form=ConfirmForm()
    )
