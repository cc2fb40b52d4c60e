"""What is done to a whole automation: switched on, paused, put away, tried. PRODUCT M5."""

from typing import Any

from litestar import Request, Response, post
from litestar.params import FromPath

from loyalty.automations import stored, switching
from loyalty.automations.recording import Saved
from loyalty.campaigns import testing
from web.answers import done
from web.auth import SignedDep, Visit
from web.forms.automations import MoveForm
from web.forms.campaign_moves import PressForm
from web.handlers.admin.automations import EDIT, INDEX

AnyRequest = Request[Visit, Any, Any]


@post("/automations/{uid:str}/switching-on", name="automations.switch_on", opt=EDIT)
async def create_switching_on(request: AnyRequest, uid: FromPath[str], signed: SignedDep) -> Response[Any]:
    form, by = MoveForm.read(await request.form()), request.user.staff.actor
    also_now = not form.errors and form.fields.also_now
    moved = await switching.switch_on(
        signed.programme_id, uid, version=form.version, by=by, also_now=also_now
    )
    return await told(request, moved)


@post("/automations/{uid:str}/pause", name="automations.pause", opt=EDIT)
async def create_pause(request: AnyRequest, uid: FromPath[str], signed: SignedDep) -> Response[Any]:
    return await told(request, await switching.pause(signed.programme_id, uid, by=request.user.staff.actor))


@post("/automations/{uid:str}/archiving", name="automations.archive", opt=EDIT)
async def create_archiving(request: AnyRequest, uid: FromPath[str], signed: SignedDep) -> Response[Any]:
    moved = await switching.archive(signed.programme_id, uid, by=request.user.staff.actor)
    return await told(request, moved, back=INDEX)


@post("/automations/{uid:str}/test-mails", name="automations.test", opt=EDIT)
async def create_test_mail(request: AnyRequest, uid: FromPath[str], signed: SignedDep) -> Response[Any]:
    form, by = PressForm.read(await request.form()), request.user.staff.actor
    draft = (await stored.find(signed.programme_id, uid)).campaign_uid
    said = await testing.send(signed.programme_id, draft, by=by, key=form.key, email=form.fields.as_email)
    return await done(request, said, back=f"{INDEX}/{uid}")


async def told(request: AnyRequest, moved: Saved, *, back: str = "") -> Response[Any]:
    undo = moved.action.uid if moved.action and moved.action.undoable else None
    return await done(request, moved.sentence, back=back or f"{INDEX}/{moved.automation.uid}", undo=undo)
