"""The second step of signing in: a code. Wrong, late and used codes get the same answer. PRODUCT O1."""

from typing import Any
from urllib.parse import urlencode

from litestar import Request, Response, get, post
from litestar.datastructures import Cookie
from litestar.response import Redirect

from loyalty import staff
from loyalty.rules.two_step import TICKET
from loyalty.two_step import proving, tickets
from web.forms.two_step import CodeForm
from web.permissions import PUBLIC
from web.returning import goes_to
from web.signing_in import address_of, begin_session
from web.templating import Page, page

PATH = "/admin/sign-in/code"
WRONG = (
    "This code isn’t right, or it was used already. Type the newest one of your phone, or a recovery code."
)
AnyRequest = Request[Any, Any, Any]


def ask_code(request: AnyRequest, account: staff.Account, how: str) -> Redirect:
    """The first step is done: on to the second, with a ticket in a cookie."""
    ticket = tickets.make(account, how)
    return Redirect(
        f"{PATH}?{urlencode({'next': goes_to(request)})}", status_code=303, cookies=[_cookie(request, ticket)]
    )


@get("/sign-in/code", name="codes.new", opt={"action": PUBLIC})
async def new_code(request: AnyRequest) -> Response[Any]:
    if await tickets.holder(_ticket(request)) is None:
        return Redirect("/admin/sign-in", status_code=303)
    return show(request, CodeForm())


@post("/sign-in/code", name="codes.create", opt={"action": PUBLIC})
async def create_code(request: AnyRequest) -> Response[Any]:
    form, held = CodeForm.read(await request.form()), await tickets.holder(_ticket(request))
    if held is None:
        return Redirect("/admin/sign-in", status_code=303)
    account, how = held
    if not form.errors and await proving.prove(account, form.fields.code, ip=address_of(request)):
        await staff.note(account, how)
        answer = await begin_session(request, account, proved=True)
        answer.cookies.append(_cookie(request, ""))
        return answer
    form.errors["code"] = form.errors.get("code") or WRONG
    return show(request, form, status=422)


def show(request: AnyRequest, form: CodeForm, *, status: int = 200) -> Page:
    headers = {"Cache-Control": "no-store"}
    return page("admin/codes/new.html", form=form, next=goes_to(request), status=status, headers=headers)


def _name(request: AnyRequest) -> str:
    return "__Host-second-step" if request.app.state.https else "second-step"


def _ticket(request: AnyRequest) -> str:
    return request.cookies.get(_name(request), "")[:500]


def _cookie(request: AnyRequest, ticket: str) -> Cookie:
    return Cookie(
        key=_name(request),
        value=ticket,
        path="/",
        httponly=True,
        secure=request.app.state.https,
        samesite="lax",
        max_age=int(TICKET.total_seconds()) if ticket else 0,
    )
