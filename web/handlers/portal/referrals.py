"""/r/{code}: a member's link, as the friend meets it. PRODUCT G1, G4."""

import secrets
from typing import Any

from litestar import Request, Response, get, post
from litestar.datastructures import Cookie
from litestar.params import FromPath
from litestar.response import Redirect

from loyalty.errors import LoyaltyError, NotFound
from loyalty.referrals import links
from loyalty.referrals.links import Invitation
from loyalty.rules.colours import readable_on
from web.attempts import attempt
from web.forms.referrals import ClaimForm
from web.handlers.admin.sessions import address_of
from web.permissions import PUBLIC
from web.templating import Page, formats, page

AnyRequest = Request[Any, Any, Any]

REMEMBERS, DEVICE = "invitation", "device"
DEVICE_DAYS = 180
MINUTES = {"Cache-Control": "public, max-age=300"}
"""A new colour is seen everywhere within minutes; the page itself is never kept."""


@get("/r/{code:str}", name="invitations.show", opt={"action": PUBLIC})
async def show_invitation(request: AnyRequest, code: FromPath[str]) -> Page:
    found = await links.follow(code, remembered=remembered(request), signals=signals(request))
    if found is None:
        return page("portal/referrals/closed.html", status=404)
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


@get("/r/{code:str}/brand.css", name="invitations.brand", opt={"action": PUBLIC})
async def brand_sheet(code: FromPath[str]) -> Response[str]:
    colour = await links.colour(code)
    if colour is None:
        raise NotFound("There is no such invitation.")
    sheet = f"@layer tokens {{ :root {{ --brand: {colour}; --on-brand: {readable_on(colour)}; }} }}\n"
    return Response(sheet, media_type="text/css", headers=MINUTES)


async def form_again(request: AnyRequest, code: str, form: ClaimForm, *, status: int) -> Page:
    found = await links.follow(code, remembered=remembered(request), signals=signals(request))
    if found is None:
        return page("portal/referrals/closed.html", status=404)
    return invitation_page(found, form, status=status)


def invitation_page(found: Invitation, form: ClaimForm, *, status: int = 200) -> Page:
    fmt = formats(found.programme)
    headers = {"Cache-Control": "no-store"}
    return page("portal/referrals/show.html", status=status, headers=headers, found=found, form=form, fmt=fmt)


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
