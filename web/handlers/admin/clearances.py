"""Letting a referral through that looked like one person inviting themselves. PRODUCT G4."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath

from loyalty.activities.referrals import details
from loyalty.referrals.deciding import let_through
from web.answers import done
from web.auth import SignedDep, Visit
from web.forms.referrals import ClearanceForm
from web.templating import Page, page

BACK = "/admin/activities/referrals?kind=flagged"


@get("/referrals/{uid:str}/clearance/new", name="clearances.new", opt={"action": "referrals.clear"})
async def new_clearance(uid: FromPath[str], signed: SignedDep) -> Page:
    return await form_page(signed.programme_id, uid, ClearanceForm())


@post("/referrals/{uid:str}/clearance", name="clearances.create", opt={"action": "referrals.clear"})
async def create_clearance(
    request: Request[Visit, Any, Any], uid: FromPath[str], signed: SignedDep
) -> Response[Any]:
    form = ClearanceForm.read(await request.form())
    if form.errors:
        return await form_page(signed.programme_id, uid, form, status=422)
    by = request.user.staff.actor
    action = await let_through(signed.programme_id, uid, by=by, reason=form.fields.reason, key=form.key)
    return await done(request, action.sentence, back=BACK)


async def form_page(programme_id: int, uid: str, form: ClearanceForm, *, status: int = 200) -> Page:
    found = await details.referral(programme_id, uid)
    return page("admin/clearances/new.html#act", status=status, form=form, referral=found, back=BACK)
