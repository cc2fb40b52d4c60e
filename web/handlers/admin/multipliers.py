"""One-shot multipliers of a customer: granting and withdrawing. PRODUCT I3."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath

from db.enums import MultiplierSource
from loyalty import calendar
from loyalty.errors import LoyaltyError
from loyalty.multipliers.granting import grant
from loyalty.multipliers.listing import Recipient, recipient
from loyalty.multipliers.withdrawing import withdraw
from loyalty.products.known import categories
from web.answers import done
from web.attempts import attempt
from web.auth import Signed, SignedDep, Visit
from web.forms.multipliers import MultiplierForm
from web.templating import Page, page

OPT = {"action": "multipliers.grant"}
FIELDS = {"percent": "times", "scope": "categories", "valid_until": "until"}
AnyRequest = Request[Visit, Any, Any]


@get("/customers/{uid:str}/multipliers/new", name="multipliers.new", opt=OPT)
async def new_multiplier(request: AnyRequest, uid: FromPath[str], signed: SignedDep) -> Page:
    who = await recipient(signed.programme_id, uid)
    return await show(signed, who, MultiplierForm.blank(calendar.today(request.user.programme)))


@post("/customers/{uid:str}/multipliers", name="multipliers.create", opt=OPT)
async def create_multiplier(request: AnyRequest, uid: FromPath[str], signed: SignedDep) -> Response[Any]:
    form, who = MultiplierForm.read(await request.form()), await recipient(signed.programme_id, uid)
    if form.errors:
        return await show(signed, who, form, status=422)
    sent = form.fields
    verb = grant(
        signed.programme_id,
        who.id,
        percent=sent.times,
        scope=sent.scope,
        valid_until=calendar.end(request.user.programme, sent.until),
        source=MultiplierSource.STAFF,
        key=f"staff:{form.key}",
        reason=sent.reason,
        by=request.user.staff.actor,
    )
    granted = await attempt(verb)
    if isinstance(granted, LoyaltyError):
        form.errors[FIELDS.get(granted.field or "", "times")] = str(granted)
        return await show(signed, who, form, status=granted.status)
    undo = granted.action.uid if granted.action else None
    return await done(request, granted.sentence, back=f"/admin/customers/{uid}", undo=undo)


@post("/customers/{uid:str}/multipliers/{multiplier:str}/withdrawal", name="multipliers.withdraw", opt=OPT)
async def create_withdrawal(
    request: AnyRequest, uid: FromPath[str], multiplier: FromPath[str], signed: SignedDep
) -> Response[Any]:
    who, by = await recipient(signed.programme_id, uid), request.user.staff.actor
    gone = await withdraw(signed.programme_id, who.id, multiplier, by=by)
    return await done(request, gone.sentence, back=f"/admin/customers/{uid}", undo=gone.action.uid)


async def show(signed: Signed, who: Recipient, form: MultiplierForm, *, status: int = 200) -> Page:
    known = await categories(signed.programme_id)
    return page("admin/multipliers/new.html#form", status=status, who=who, form=form, shelves=known)
