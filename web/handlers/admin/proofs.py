"""A code before something sensitive; the session goes on under a new id. PRODUCT O1."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.response import Redirect

from loyalty import sessions, staff
from loyalty.two_step import proving
from web.auth import SignedDep, Visit, session_cookie
from web.forms.two_step import CodeForm
from web.handlers.admin.codes import WRONG
from web.returning import goes_to
from web.signing_in import address_of
from web.templating import Page, page

OPT = {"action": "account.edit"}
AnyRequest = Request[Visit, Any, Any]


@get("/account/proof", name="proofs.new", opt=OPT)
async def new_proof(request: AnyRequest) -> Page:
    return show(request, CodeForm())


@post("/account/proof", name="proofs.create", opt=OPT)
async def create_proof(request: AnyRequest, signed: SignedDep) -> Response[Any]:
    form, me = CodeForm.read(await request.form()), request.user.staff
    account = await staff.get(signed.programme_id, me.uid)
    if form.errors or not await proving.prove(account, form.fields.code, ip=address_of(request)):
        form.errors["code"] = form.errors.get("code") or WRONG
        return show(request, form, status=422)
    token = await sessions.renew(request.user.token) or ""
    return Redirect(
        goes_to(request), status_code=303, cookies=[session_cookie(token, request.app.state.https)]
    )


def show(request: AnyRequest, form: CodeForm, *, status: int = 200) -> Page:
    headers = {"Cache-Control": "no-store"}
    return page("admin/proofs/new.html", form=form, next=goes_to(request), status=status, headers=headers)
