"""The shop's own signed token: opening it shows a button, pressing the button signs in, once. PRODUCT O2."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath

from loyalty.errors import LoyaltyError
from loyalty.members import vouching
from web.attempts import attempt
from web.handlers.portal.sign_ins import SECRET, signed_in_as
from web.members import MemberPage, member_page
from web.permissions import PUBLIC

AnyRequest = Request[Any, Any, Any]
OPT = {"action": PUBLIC}


@get("/sign-in/shop/{token:str}", name="portal.vouched", opt=OPT)
async def new_session_by_shop(token: FromPath[str]) -> MemberPage:
    found = await attempt(vouching.read(token))
    return refused(found) if isinstance(found, LoyaltyError) else shown(token, found)


@post("/sign-in/shop/{token:str}", name="portal.vouch", opt=OPT)
async def create_session_by_shop(request: AnyRequest, token: FromPath[str]) -> Response[Any]:
    used = await attempt(vouching.use(token))
    if isinstance(used, LoyaltyError):
        return refused(used)
    return await signed_in_as(request, *used)


def shown(token: str, found: vouching.Vouched) -> MemberPage:
    return member_page(
        "portal/sign_ins/shop.html",
        headers=SECRET,
        shop=found.programme,
        token=token,
        email=found.voucher.email,
        problem=None,
    )


def refused(refusal: LoyaltyError) -> MemberPage:
    return member_page(
        "portal/sign_ins/shop.html", status=refusal.status, headers=SECRET, problem=str(refusal)
    )
