"""Cancelling a referral: the form says exactly what will happen. PRODUCT G2, G3."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath

from loyalty.activities.referrals import details
from loyalty.errors import LoyaltyError
from loyalty.referrals.cancelling import cancel
from web.answers import done
from web.attempts import attempt
from web.auth import SignedDep, Visit
from web.forms.referrals import CancellationForm
from web.templating import Page, page

BACK = "/admin/activities/referrals"


@get("/referrals/{uid:str}/cancellation/new", name="cancellations.new", opt={"action": "referrals.cancel"})
async def new_cancellation(uid: FromPath[str], signed: SignedDep) -> Page:
    return await form_page(signed.programme_id, uid, CancellationForm())


@post("/referrals/{uid:str}/cancellation", name="cancellations.create", opt={"action": "referrals.cancel"})
async def create_cancellation(
    request: Request[Visit, Any, Any], uid: FromPath[str], signed: SignedDep
) -> Response[Any]:
    form = CancellationForm.read(await request.form())
    if form.errors:
        return await form_page(signed.programme_id, uid, form, status=422)
    by, asked = request.user.staff.actor, form.fields
    verb = cancel(
        signed.programme_id,
        uid,
        by=by,
        reason=asked.reason,
        key=form.key,
        take_back_reward=asked.take_back,
        seen=asked.seen,
    )
    cancelled = await attempt(verb)
    if isinstance(cancelled, LoyaltyError):
        return await form_page(
            signed.programme_id, uid, form, status=cancelled.status, refusal=str(cancelled)
        )
    return await done(request, cancelled.action.sentence, back=BACK, undo=cancelled.action.uid)


async def form_page(
    programme_id: int, uid: str, form: CancellationForm, *, status: int = 200, refusal: str = ""
) -> Page:
    """The form as the referral is now: a pending one that has completed meanwhile gets the completed form."""
    plan = await details.cancellation(programme_id, uid)
    refusal = refusal or plan.refused or ""
    return page(
        "admin/cancellations/new.html#act", status=status, form=form, plan=plan, refusal=refusal, back=BACK
    )
