"""My account: own name and address, password, browsers signed in. PRODUCT O1."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath

from db.enums import SessionKind
from loyalty import sessions, staff
from loyalty.errors import LoyaltyError, NotFound
from web import agents
from web.answers import done
from web.attempts import attempt
from web.auth import SignedDep, Visit
from web.forms.account import DetailForm, PasswordForm
from web.templating import Page, page

HOME = "/admin/account"
OPT = {"action": "account.edit"}
AnyRequest = Request[Visit, Any, Any]


@get("/account", name="account.show", opt=OPT)
async def show_account(request: AnyRequest) -> Page:
    details = DetailForm()
    details.draw(await staff.get(request.user.programme.id, request.user.staff.uid))
    return await show(request.user, details, PasswordForm())


@post("/account/details", name="account.details", opt=OPT)
async def create_details(request: AnyRequest, signed: SignedDep) -> Response[Any]:
    form, me = DetailForm.read(await request.form()), request.user.staff
    if form.errors:
        return await show(request.user, form, PasswordForm(), status=422)
    sent = form.fields.model_dump()
    saved = await attempt(
        staff.set_details(signed.programme_id, me.uid, **sent, version=form.version, by=me.actor)
    )
    if isinstance(saved, LoyaltyError):
        form.errors[saved.field or "name"] = str(saved)
        form.version = (await staff.get(signed.programme_id, me.uid)).version
        return await show(request.user, form, PasswordForm(), status=saved.status)
    return await done(request, f"You are {saved.name}, {saved.email}.", back=HOME)


@post("/account/password", name="account.password", opt=OPT)
async def create_password(request: AnyRequest, signed: SignedDep) -> Response[Any]:
    form, me = PasswordForm.read(await request.form()), request.user.staff
    details, token = DetailForm(), request.user.token
    details.draw(await staff.get(signed.programme_id, me.uid))
    if form.errors:
        return await show(request.user, details, form, status=422)
    sent = form.fields
    changed = await attempt(
        staff.change_password(
            signed.programme_id, me.uid, sent.current, sent.password, by=me.actor, except_token=token
        )
    )
    if isinstance(changed, LoyaltyError):
        form.errors[changed.field or "current"] = str(changed)
        return await show(request.user, details, form, status=changed.status)
    return await done(request, "Your password was changed; other browsers are signed out.", back=HOME)


@post("/account/browsers/{uid:str}/ending", name="account.browsers", opt=OPT)
async def create_ending(request: AnyRequest, uid: FromPath[str], signed: SignedDep) -> Response[Any]:
    if not await sessions.end_one(signed.programme_id, SessionKind.STAFF, signed.subject_id, uid):
        raise NotFound("That browser isn’t signed in as you.")
    return await done(request, "That browser was signed out.", back=HOME)


async def show(visit: Visit, details: DetailForm, password: PasswordForm, *, status: int = 200) -> Page:
    me, signed = visit.staff, visit.signed
    found = await sessions.listing(
        signed.programme_id, SessionKind.STAFF, signed.subject_id, current_uid=signed.session_uid
    )
    asks = await staff.has_password(signed.programme_id, me.uid)
    return page(
        "admin/account/show.html#account",
        status=status,
        details=details,
        password=password,
        browsers=found,
        named=agents.named,
        asks=asks,
    )
