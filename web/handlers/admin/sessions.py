"""Signing in and out. Known and unknown addresses get the same answer. PRODUCT O1, DESIGN §6."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from loyalty import programmes, sessions, staff
from web.auth import Visit, gone_cookie
from web.forms.signin import SignInForm
from web.handlers.admin.codes import ask_code
from web.permissions import PUBLIC
from web.returning import goes_to
from web.signing_in import address_of, begin_session
from web.templating import Page, page

WRONG = "That address and password don’t go together. Check both, or ask an owner for a sign-in link."
SPENT = "This link was used already or is too old. Ask an owner of the programme for a new one."
CLEAR = {"Clear-Site-Data": '"cache"'}

AnyRequest = Request[Any, Any, Any]


@get("/sign-in", name="sessions.new", opt={"action": PUBLIC})
async def new_session(request: AnyRequest) -> Response[Any]:
    if request.user:
        return Redirect("/admin", status_code=303)
    return sign_in_page(request, SignInForm())


@post("/sign-in", name="sessions.create", opt={"action": PUBLIC})
async def create_session(request: AnyRequest) -> Response[Any]:
    form = SignInForm.read(await request.form())
    if form.errors:
        return sign_in_page(request, form, status=422)
    account = await staff.by_password(form.fields.email, form.fields.password, ip=address_of(request))
    if account is None:
        form.errors["password"] = WRONG
        return sign_in_page(request, form, status=422)
    return await signed_in_as(request, account, "password")


@get("/sign-in/link/{token:str}", name="sessions.new_by_link", opt={"action": PUBLIC})
async def new_session_by_link(token: FromPath[str]) -> Page:
    return page("admin/sessions/link.html", token=token, problem=None, headers={"Cache-Control": "no-store"})


@post("/sign-in/link/{token:str}", opt={"action": PUBLIC})
async def create_session_by_link(request: AnyRequest, token: FromPath[str]) -> Response[Any]:
    return await by_link(request, token)


async def by_link(request: AnyRequest, token: str) -> Response[Any]:
    account = await staff.by_link(token)
    if account is None:
        return page("admin/sessions/link.html", token=token, problem=SPENT, status=422)
    return await signed_in_as(request, account, "link")


@post("/sign-in/demo", name="sessions.create_demo", opt={"action": PUBLIC})
async def create_demo_session(request: AnyRequest) -> Response[Any]:
    programme = await programmes.find()
    link = await staff.demo_sign_in_link(programme.id)
    return await by_link(request, link.rpartition("/")[2])


@post("/sign-out", name="sessions.end", opt={"action": "session.end"})
async def end_session(request: Request[Visit, Any, Any]) -> Redirect:
    await sessions.end(request.user.token)
    return Redirect(
        "/admin/sign-in", status_code=303, headers=CLEAR, cookies=[gone_cookie(request.app.state.https)]
    )


async def signed_in_as(request: AnyRequest, account: staff.Account, how: str) -> Redirect:
    """A session, or the second step first."""
    if account.two_step:
        return ask_code(request, account, how)
    return await begin_session(request, account)


def sign_in_page(request: AnyRequest, form: SignInForm, *, status: int = 200) -> Page:
    demo = request.app.state.demo
    return page("admin/sessions/new.html", form=form, next=goes_to(request), demo=demo, status=status)
