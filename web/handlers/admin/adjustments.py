"""Adjust balance. PRODUCT C7."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath

from loyalty.approvals.asking import ask
from loyalty.ledger.adjusting import adjust
from loyalty.ledger.outlook import Outlook, end_of, outlook
from web.answers import done
from web.auth import SignedDep, Visit
from web.forms.adjustments import AdjustmentForm
from web.templating import Page, page

FORM = "admin/adjustments/new.html#form"
PREVIEW = "admin/adjustments/new.html#preview"
OPT = {"action": "points.adjust"}
AnyRequest = Request[Visit, Any, Any]


@get("/customers/{uid:str}/adjustments/new", name="adjustments.new", opt=OPT)
async def new_adjustment(request: AnyRequest, uid: FromPath[str], signed: SignedDep) -> Page:
    about = await outlook(signed.programme_id, uid, request.user.staff.actor)
    return show(FORM, about, AdjustmentForm.blank(request.query_params))


@get("/customers/{uid:str}/adjustments/preview", name="adjustments.preview", opt=OPT)
async def preview_adjustment(request: AnyRequest, uid: FromPath[str], signed: SignedDep) -> Page:
    about = await outlook(signed.programme_id, uid, request.user.staff.actor)
    return show(PREVIEW, about, AdjustmentForm.blank(request.query_params))


@post("/customers/{uid:str}/adjustments", name="adjustments.create", opt=OPT)
async def create_adjustment(request: AnyRequest, uid: FromPath[str], signed: SignedDep) -> Response[Any]:
    form, by = AdjustmentForm.read(await request.form()), request.user.staff.actor
    about = await outlook(signed.programme_id, uid, by, key=form.key)
    form.judge(about)
    if form.errors:
        return show(FORM, about, form, status=422)
    sent, back = form.fields, f"/admin/customers/{uid}"
    terms: dict[str, Any] = {
        "by": by,
        "reason": sent.reason,
        "key": form.key,
        "comment": sent.comment,
        "counts_for_tiers": sent.counts,
        "expires_at": await end_of(signed.programme_id, sent.expires) if sent.signed > 0 else None,
    }
    if form.asks(about):
        asked = await ask(signed.programme_id, about.customer_id, sent.signed, **terms)
        return await done(request, asked.sentence, back=back)
    made = await adjust(signed.programme_id, about.customer_id, sent.signed, **terms)
    return await done(request, made.sentence, back=back, undo=made.action.uid if made.action else None)


def show(template: str, about: Outlook, form: AdjustmentForm, *, status: int = 200) -> Page:
    return page(template, status=status, about=about, form=form, outcome=form.outcome(about))
