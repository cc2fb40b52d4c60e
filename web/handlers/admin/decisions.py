"""Approving, rejecting and removing a review. PRODUCT H1."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.datastructures import FormMultiDict
from litestar.params import FromPath

from db.enums import ReviewStatus
from loyalty.reviews import deciding, listing
from web.answers import done
from web.auth import SignedDep, Visit
from web.forms.decisions import DecisionForm
from web.templating import Page, page

FORM = "admin/decisions/new.html#form"
QUEUE = "/admin/reviews"
OPT = {"action": "reviews.decide"}
VERBS = {
    ReviewStatus.APPROVED: deciding.approve,
    ReviewStatus.REJECTED: deciding.reject,
    ReviewStatus.REMOVED: deciding.remove,
}
AnyRequest = Request[Visit, Any, Any]


@get("/reviews/{uid:str}/decision/new", name="decisions.new", opt=OPT)
async def new_decision(request: AnyRequest, uid: FromPath[str], signed: SignedDep) -> Page:
    review = await listing.review(signed.programme_id, uid)
    wanted = request.query_params.get("status", ReviewStatus.REJECTED)
    form = DecisionForm.read(FormMultiDict({"status": wanted, "version": str(review.version)}))
    return page(FORM, review=review, form=form)


@post("/reviews/{uid:str}/decision", name="decisions.create", opt=OPT)
async def create_decision(request: AnyRequest, uid: FromPath[str], signed: SignedDep) -> Response[Any]:
    form = DecisionForm.read(await request.form())
    if form.errors:
        review = await listing.review(signed.programme_id, uid)
        return page(FORM, status=422, review=review, form=form)
    decided = await VERBS[form.fields.status](
        signed.programme_id,
        uid,
        by=request.user.staff.actor,
        key=form.key,
        reason=form.fields.reason,
        version=form.version,
    )
    return await done(request, f"{decided.sentence}.", back=QUEUE, undo=decided.action.uid)
