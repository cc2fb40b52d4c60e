"""/r/{code}: a member's link, as the friend meets it. PRODUCT G1, G4."""

import secrets
from typing import Any

from litestar import Request, Response, get, post
from litestar.datastructures import Cookie
from litestar.params import FromPath
from litestar.response import Redirect

from loyalty.errors import LoyaltyError
from loyalty.referrals import links
from loyalty.referrals.links import Invitation
from web.attempts import attempt
from web.forms.referrals import ClaimForm
from web.handlers.admin.sessions import address_of
from web.members import MemberPage, member_page
from web.permissions import PUBLIC

AnyRequest = Request[Any, Any, Any]

REMEMBERS, DEVICE = "invitation", "device"
DEVICE_DAYS = 180
SECRET = {"Cache-Control": "no-store"}
CLOSED = "portal/referrals/closed.html"


@get("/r/{code:str}", name="invitations.show", opt={"action": PUBLIC})
async def show_invitation(request: AnyRequest, code: FromPath[str]) -> MemberPage:
    found = await links.follow(code, remembered=remembered(request), signals=signals(request))
    if found is None:
        return member_page(CLOSED, status=404)
    answer = invitation_page(found, ClaimForm())
    answer.cookies = new_cookies(request, found)
    return answer


@post("/r/{code:str}", name="invitations.claim", opt={"action": PUBLIC})
async def create_claim(request: AnyRequest, code: FromPath[str]) -> Response[Any]:
    form, signs = ClaimForm.read(await request.form()), signals(request)
    if form.errors:
        return await form_again(request, code, form, status=422)
    claimed = await attempt(
        links.accept(code, form.fields.email, remembered=remembered(request), signals=signs, key=form.key)
    )
    if isinstance(claimed, LoyaltyError):
        return await form_again(request, code, form.refused(claimed), status=claimed.status)
    # A browser that keeps no cookies couldn't show the code after a redirect.
    if not remembered(request):
        return invitation_page(claimed, form)
    return Redirect(f"/r/{claimed.code}", status_code=303, cookies=new_cookies(request, claimed))


async def form_again(request: AnyRequest, code: str, form: ClaimForm, *, status: int) -> MemberPage:
    found = await links.follow(code, remembered=remembered(request), signals=signals(request))
    if found is None:
        return member_page(CLOSED, status=404)
    return invitation_page(found, form, status=status)


def invitation_page(found: Invitation, form: ClaimForm, *, status: int = 200) -> MemberPage:
    return member_page(
        "portal/referrals/show.html",
        status=status,
        headers=SECRET,
        shop=found.programme,
        found=found,
        form=form,
    )


def remembered(request: AnyRequest) -> str:
    """The uid that an earlier visit to a link left in this browser."""
    return request.cookies.get(REMEMBERS, "")[:22]


def signals(request: AnyRequest) -> dict[str, str]:
    """What may show that friend and referrer are one person; only hashes of it are kept."""
    return {"ip": address_of(request), "device": request.cookies.get(DEVICE, "")[:64]}


def new_cookies(request: AnyRequest, found: Invitation) -> list[Cookie]:
    """What the browser is to remember: this invitation, and that it is the same browser."""
    kept = {"path": "/r", "httponly": True, "secure": request.app.state.https, "samesite": "lax"}
    cookies = []
    if found.uid:
        days = int(found.remember.total_seconds())
        cookies.append(Cookie(key=REMEMBERS, value=found.uid, max_age=days, **kept))
    if DEVICE not in request.cookies:
        age = DEVICE_DAYS * 24 * 60 * 60
        cookies.append(Cookie(key=DEVICE, value=secrets.token_urlsafe(16), max_age=age, **kept))
    return cookies
