"""The thresholds of a behavioural segment, with a look at who would come and go. PRODUCT K2."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath

from loyalty.errors import LoyaltyError
from loyalty.segments import stored, thresholds
from loyalty.segments.stored import Segment
from web.answers import done
from web.attempts import attempt
from web.auth import SignedDep, Visit
from web.forms.segments import ThresholdForm
from web.templating import Page, page

OPT = {"action": "segments.edit"}
FORM, PREVIEW = "admin/segments/thresholds.html#form", "admin/segments/thresholds.html#preview"
AnyRequest = Request[Visit, Any, Any]


@get("/segments/{uid:str}/thresholds", name="thresholds.new", opt=OPT)
async def new_thresholds(uid: FromPath[str], signed: SignedDep) -> Page:
    segment = await stored.behavioural(signed.programme_id, uid)
    return await show(FORM, signed.programme_id, segment, ThresholdForm(segment))


@get("/segments/{uid:str}/thresholds/preview", name="thresholds.preview", opt=OPT)
async def preview_thresholds(request: AnyRequest, uid: FromPath[str], signed: SignedDep) -> Page:
    segment = await stored.behavioural(signed.programme_id, uid)
    form = ThresholdForm.read(segment, request.query_params)
    return await show(PREVIEW, signed.programme_id, segment, form)


@post("/segments/{uid:str}/thresholds", name="thresholds.create", opt=OPT)
async def create_thresholds(request: AnyRequest, uid: FromPath[str], signed: SignedDep) -> Response[Any]:
    p, by = signed.programme_id, request.user.staff.actor
    segment = await stored.behavioural(p, uid)
    form = ThresholdForm.read(segment, await request.form())
    if form.errors:
        return await show(FORM, p, segment, form, status=422)
    saved = await attempt(thresholds.change(p, uid, form.given, by=by, key=form.key, version=form.version))
    if isinstance(saved, LoyaltyError):
        form.errors[saved.field or "refusal"] = str(saved)
        return await show(FORM, p, segment, form, status=saved.status)
    return await done(request, saved.sentence, back=f"/admin/segments/{uid}", undo=saved.action.uid)


async def show(
    template: str, programme_id: int, segment: Segment, form: ThresholdForm, *, status: int = 200
) -> Page:
    seen = None
    if not form.errors:
        given = form.given or {name: int(typed) for name, typed in form.typed.items()}
        seen = await attempt(thresholds.preview(programme_id, segment, given))
    if isinstance(seen, LoyaltyError):
        form.errors[seen.field or "refusal"] = str(seen)
        seen = None
    return page(template, status=status, segment=segment, form=form, seen=seen)
