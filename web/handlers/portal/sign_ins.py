"""Signing in without a password: by a code or a link from a mail. PRODUCT O2.

Every address is answered alike. Opening a link never uses it up; pressing its button does.
"""

from typing import Any

from litestar import Request, Response, get, post
from litestar.datastructures import Cookie
from litestar.params import FromPath
from litestar.response import Redirect

from db.enums import SessionKind
from loyalty import sessions
from loyalty.errors import LoyaltyError
from loyalty.members import arriving, asking, doors, proving
from loyalty.members.demo import demo_member
from loyalty.members.proving import Proven
from loyalty.programmes import Programme
from web.attempts import attempt
from web.auth import Visit, member_cookie, member_cookie_name
from web.forms.sign_ins import AddressForm, CodeForm
from web.handlers.admin.sessions import CLEAR, address_of
from web.handlers.portal.quizzes import kept
from web.members import MemberPage, language_of, member_page
from web.permissions import MEMBER, PUBLIC

AnyRequest = Request[Any, Any, Any]
OPEN = {"action": PUBLIC}
SECRET = {"Cache-Control": "no-store"}
HOME, CODE_PAGE = "/portal", "/portal/sign-in/code"


@get("/sign-in", name="portal.sign_in", opt=OPEN)
async def new_sign_in(request: AnyRequest) -> Response[Any]:
    shop = await shop_of(request)
    if request.user:
        return Redirect(goes_to(request), status_code=303)
    if shop is None:
        return member_page("portal/sign_ins/nowhere.html", status=404)
    return address_page(request, shop, AddressForm(), goes_to(request))


@get("/to/{handle:str}", name="portal.door", opt=OPEN)
async def new_sign_in_at(request: AnyRequest, handle: FromPath[str]) -> Response[Any]:
    shop = await doors.by_handle(handle)
    if shop is None:
        return member_page("portal/sign_ins/nowhere.html", status=404)
    if request.user and request.user.programme.id == shop.id:
        return Redirect(goes_to(request), status_code=303)
    return address_page(request, shop, AddressForm(), goes_to(request), at_door=True)


@post("/sign-in", name="portal.ask", opt=OPEN)
async def create_request(request: AnyRequest) -> Response[Any]:
    form = AddressForm.read(await request.form())
    shop = await doors.by_handle(form.typed["shop"]) or await shop_of(request)
    if shop is None:
        return member_page("portal/sign_ins/nowhere.html", status=404)
    speaks = language_of(request, shop)
    asked = await attempt(asking.ask(shop, form.typed["email"], ip=address_of(request), language=speaks))
    if isinstance(asked, LoyaltyError):
        return address_page(request, shop, form.refused(asked), goes_to(request), status=asked.status)
    cookies = [asked_cookie(request, asked.browser), next_cookie(request)]
    return Redirect(CODE_PAGE, status_code=303, cookies=cookies)


@get("/sign-in/code", name="portal.code", opt=OPEN)
async def new_code(request: AnyRequest) -> Response[Any]:
    return await code_page(request, CodeForm())


@post("/sign-in/code", name="portal.prove", opt=OPEN)
async def create_session(request: AnyRequest) -> Response[Any]:
    form = CodeForm.read(await request.form())
    if form.errors:
        return await code_page(request, form, status=422)
    proven = await attempt(proving.by_code(asked_token(request), form.fields.code))
    if isinstance(proven, LoyaltyError):
        form.errors["code"] = str(proven)
        return await code_page(request, form, status=proven.status)
    return await arrived(request, proven)


@get("/sign-in/link/{token:str}", name="portal.link", opt=OPEN)
async def new_session_by_link(request: AnyRequest, token: FromPath[str]) -> Response[Any]:
    return await link_page(request, token)


@post("/sign-in/link/{token:str}", name="portal.open", opt=OPEN)
async def create_session_by_link(request: AnyRequest, token: FromPath[str]) -> Response[Any]:
    proven = await attempt(proving.by_link(asked_token(request), token))
    if isinstance(proven, LoyaltyError):
        return await link_page(request, token, problem=str(proven), status=proven.status)
    return await arrived(request, proven)


@post("/sign-in/demo", name="portal.demo", opt=OPEN)
async def create_demo_session(request: AnyRequest) -> Response[Any]:
    shop = await doors.only()
    if shop is None:
        return member_page("portal/sign_ins/nowhere.html", status=404)
    return await signed_in_as(request, shop.id, await demo_member(shop.id))


@post("/sign-out", name="portal.sign_out", opt={"action": MEMBER, "anybody": True})
async def end_session(request: Request[Visit, Any, Any]) -> Redirect:
    await sessions.end(request.user.token)
    path = f"/portal/to/{request.user.programme.handle}"
    return Redirect(
        path, status_code=303, headers=CLEAR, cookies=[member_cookie("", request.app.state.https)]
    )


async def arrived(request: AnyRequest, proven: Proven) -> Redirect:
    """Signed in: a new session in place of whatever the browser had."""
    customer_id = await arriving.arrive(proven)
    return await signed_in_as(request, proven.programme_id, customer_id)


async def signed_in_as(request: AnyRequest, programme_id: int, customer_id: int) -> Redirect:
    https = request.app.state.https
    token = await sessions.start(
        programme_id,
        SessionKind.MEMBER,
        customer_id,
        replacing=request.cookies.get(member_cookie_name(https)),
        agent=request.headers.get("user-agent", "")[:300],
        ip=address_of(request),
    )
    spent = [asked_cookie(request, ""), next_cookie(request, "")]
    spent += await kept(request, programme_id, customer_id)
    return Redirect(
        safe(request.cookies.get(NEXT, "")), status_code=303, cookies=[member_cookie(token, https), *spent]
    )


def address_page(
    request: AnyRequest,
    shop: Programme,
    form: AddressForm,
    next_: str,
    *,
    status: int = 200,
    at_door: bool = False,
) -> MemberPage:
    """`at_door`: the shop's own address, the only page of the portal that search engines may keep."""
    demo = request.app.state.demo
    context: dict[str, Any] = {"shop": shop, "form": form, "next": next_, "demo": demo, "at_door": at_door}
    return member_page("portal/sign_ins/new.html", status=status, **context)


async def code_page(request: AnyRequest, form: CodeForm, *, status: int = 200) -> Response[Any]:
    browser = asked_token(request)
    email, shop = await proving.asked_for(browser), await doors.by_token(browser)
    if email is None and not form.errors:
        return Redirect("/portal/sign-in", status_code=303)
    return member_page(
        "portal/sign_ins/code.html", status=status, headers=SECRET, shop=shop, email=email, form=form
    )


async def link_page(
    request: AnyRequest, token: str, *, problem: str | None = None, status: int = 200
) -> MemberPage:
    shop = await doors.by_token(token)
    here = bool(asked_token(request))
    return member_page(
        "portal/sign_ins/link.html",
        status=status,
        headers=SECRET,
        shop=shop,
        token=token,
        here=here,
        problem=problem,
    )


async def shop_of(request: AnyRequest) -> Programme | None:
    """The programme this browser was last signed in to, else the only one there is."""
    cookies, https = request.cookies, request.app.state.https
    last = await doors.by_token(cookies.get(member_cookie_name(https), "")[:100])
    return last or await doors.by_token(asked_token(request)) or await doors.only()


ASKED, NEXT = "sign-in", "sign-in-next"


def asked_token(request: AnyRequest) -> str:
    """The secret that this browser got when it asked for a code."""
    return request.cookies.get(name_of(request, ASKED), "")[:100]


def asked_cookie(request: AnyRequest, token: str) -> Cookie:
    return short_cookie(request, name_of(request, ASKED), token)


def next_cookie(request: AnyRequest, path: str | None = None) -> Cookie:
    return short_cookie(request, NEXT, goes_to(request) if path is None else path)


def name_of(request: AnyRequest, name: str) -> str:
    return f"__Host-{name}" if request.app.state.https else name


def short_cookie(request: AnyRequest, name: str, value: str) -> Cookie:
    """As long as a code is good; an empty value takes it away."""
    age = int(asking.LASTS.total_seconds()) if value else 0
    https = request.app.state.https
    return Cookie(key=name, value=value, path="/", httponly=True, secure=https, samesite="lax", max_age=age)


def goes_to(request: AnyRequest) -> str:
    """Where to go after signing in: a page of the portal, never another site."""
    return safe(request.query_params.get("next", ""))


def safe(path: str) -> str:
    fits = (path == HOME or path.startswith((HOME + "/", HOME + "?"))) and len(path) <= 300
    return path if fits and "\\" not in path and "/sign-" not in path and path.isprintable() else HOME
