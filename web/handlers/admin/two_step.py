"""My account → Two-step sign-in: set up, confirm, new recovery codes, turn off. PRODUCT O1."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.response import Redirect

from loyalty import sessions, staff
from loyalty.errors import LoyaltyError
from loyalty.two_step import setting_up
from loyalty.two_step.state import state
from web import qr
from web.answers import done
from web.attempts import attempt
from web.auth import SignedDep, Visit, session_cookie
from web.detours import SET_UP
from web.forms.two_step import BeginningForm, CodeForm
from web.templating import Page, page

OPT = {"action": "account.edit"}
SENSITIVE = {"action": "account.edit", "step_up": True}
SECRET = {"Cache-Control": "no-store"}
AnyRequest = Request[Visit, Any, Any]


@get("/account/two-step", name="two_step.show", opt=OPT)
async def show_two_step(request: AnyRequest) -> Page:
    return await show(request.user, BeginningForm(), CodeForm())


@post("/account/two-step", name="two_step.create", opt=OPT)
async def create_two_step(request: AnyRequest, signed: SignedDep) -> Response[Any]:
    form, me = BeginningForm.read(await request.form()), request.user.staff
    refusal = await attempt(setting_up.begin(signed.programme_id, me.uid, form.fields.current))
    if isinstance(refusal, LoyaltyError):
        form.errors["current"] = str(refusal)
        return await show(request.user, form, CodeForm(), status=refusal.status)
    return Redirect(SET_UP, status_code=303)


@post("/account/two-step/confirmation", name="two_step.confirm", opt=OPT)
async def create_confirmation(request: AnyRequest, signed: SignedDep) -> Response[Any]:
    form, me, token = CodeForm.read(await request.form()), request.user.staff, request.user.token
    if form.errors:
        return await show(request.user, BeginningForm(), form, status=422)
    codes = await attempt(
        setting_up.confirm(signed.programme_id, me.uid, form.fields.code, by=me.actor, token=token)
    )
    if isinstance(codes, LoyaltyError):
        form.errors["code"] = str(codes)
        return await show(request.user, BeginningForm(), form, status=codes.status)
    answer = page("admin/two_step/codes.html", codes=codes, headers=SECRET)
    answer.cookies.append(session_cookie(await sessions.renew(token) or "", request.app.state.https))
    return answer


@post("/account/two-step/codes", name="two_step.codes", opt=SENSITIVE)
async def create_recovery_codes(request: AnyRequest, signed: SignedDep) -> Page:
    me = request.user.staff
    codes = await setting_up.new_codes(signed.programme_id, me.uid, by=me.actor)
    return page("admin/two_step/codes.html", codes=codes, headers=SECRET)


@post("/account/two-step/ending", name="two_step.end", opt=SENSITIVE)
async def create_end(request: AnyRequest, signed: SignedDep) -> Response[Any]:
    me = request.user.staff
    await setting_up.turn_off(signed.programme_id, me.uid, by=me.actor)
    return await done(request, "Two-step sign-in is off.", back=SET_UP)


async def show(visit: Visit, beginning: BeginningForm, code: CodeForm, *, status: int = 200) -> Page:
    programme_id, uid = visit.signed.programme_id, visit.staff.uid
    found = await state(programme_id, uid)
    return page(
        "admin/two_step/show.html",
        status=status,
        headers=SECRET,
        found=found,
        beginning=beginning,
        code=code,
        asks=await staff.has_password(programme_id, uid),
        picture=qr.drawn(found.uri) if found.uri else None,
    )
