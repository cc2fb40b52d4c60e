"""What is done to a whole campaign: sent, taken back, paused, gone on with, cancelled, copied, tried. PRODUCT M1."""

from typing import Any

from litestar import Request, Response, post
from litestar.params import FromPath
from litestar.response import Redirect

from loyalty.campaigns import drafting, scheduling, stored, testing
from loyalty.campaigns.scheduling import Moved
from loyalty.sessions import put_flash
from web.answers import done
from web.auth import SignedDep, Visit
from web.forms.campaign_moves import PressForm
from web.handlers.admin.campaigns import EDIT, INDEX

AnyRequest = Request[Visit, Any, Any]


@post("/campaigns/{uid:str}/scheduling", name="campaigns.send", opt=EDIT)
async def create_scheduling(request: AnyRequest, uid: FromPath[str], signed: SignedDep) -> Response[Any]:
    form, by = PressForm.read(await request.form()), request.user.staff.actor
    at = (await stored.find(signed.programme_id, uid)).send_at
    moved = await scheduling.schedule(signed.programme_id, uid, at, version=form.version, by=by)
    return await told(request, moved)


@post("/campaigns/{uid:str}/drafting", name="campaigns.unschedule", opt=EDIT)
async def create_drafting(request: AnyRequest, uid: FromPath[str], signed: SignedDep) -> Response[Any]:
    return await told(
        request, await scheduling.unschedule(signed.programme_id, uid, by=request.user.staff.actor)
    )


@post("/campaigns/{uid:str}/pause", name="campaigns.pause", opt=EDIT)
async def create_pause(request: AnyRequest, uid: FromPath[str], signed: SignedDep) -> Response[Any]:
    return await told(request, await scheduling.pause(signed.programme_id, uid, by=request.user.staff.actor))


@post("/campaigns/{uid:str}/resumption", name="campaigns.resume", opt=EDIT)
async def create_resumption(request: AnyRequest, uid: FromPath[str], signed: SignedDep) -> Response[Any]:
    return await told(request, await scheduling.resume(signed.programme_id, uid, by=request.user.staff.actor))


@post("/campaigns/{uid:str}/cancellation", name="campaigns.cancel", opt=EDIT)
async def create_cancellation(request: AnyRequest, uid: FromPath[str], signed: SignedDep) -> Response[Any]:
    return await told(request, await scheduling.cancel(signed.programme_id, uid, by=request.user.staff.actor))


@post("/campaigns/{uid:str}/copies", name="campaigns.duplicate", opt=EDIT)
async def create_copy(request: AnyRequest, uid: FromPath[str], signed: SignedDep) -> Response[Any]:
    form, by = PressForm.read(await request.form()), request.user.staff.actor
    made = await drafting.duplicate(signed.programme_id, uid, by=by, key=form.key)
    await put_flash(request.user.token, made.sentence, made.action.uid if made.action else None)
    return Redirect(f"{INDEX}/{made.campaign.uid}/objective", status_code=303)


@post("/campaigns/{uid:str}/test-mails", name="campaigns.test", opt=EDIT)
async def create_test_mail(request: AnyRequest, uid: FromPath[str], signed: SignedDep) -> Response[Any]:
    form, by = PressForm.read(await request.form()), request.user.staff.actor
    read_as = form.fields.as_email
    said = await testing.send(signed.programme_id, uid, by=by, key=form.key, email=read_as)
    return await done(request, said, back=f"{INDEX}/{uid}/review")


async def told(request: AnyRequest, moved: Moved) -> Response[Any]:
    undo = moved.action.uid if moved.action and moved.action.undoable else None
    here = f"{INDEX}/{moved.campaign.uid}"
    # A draft's own page only leads on to its review, where the sentence is to stand.
    back = f"{here}/review" if moved.campaign.is_draft else here
    return await done(request, moved.sentence, back=back, undo=undo)
