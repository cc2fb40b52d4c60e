"""A reward code at the counter: held, let go, used. PRODUCT E3, E5."""

from collections.abc import Awaitable
from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from loyalty.errors import LoyaltyError
from loyalty.rewards import codes
from loyalty.rewards.codes import Checked
from loyalty.till import outcomes
from loyalty.till.presented import Presented, presented
from web.attempts import attempt
from web.auth import SignedDep, Visit
from web.forms.till import ActForm
from web.templating import Page, page

OPT = {"action": "till.use"}
AnyRequest = Request[Visit, Any, Any]


@get("/codes/{uid:str}", name="till.code", opt=OPT)
async def show_code(request: AnyRequest, uid: FromPath[str], signed: SignedDep) -> Page:
    return show(await presented(signed.programme_id, uid, till=till_of(request)))


@post("/codes/{uid:str}/reservation", name="till.reservations", opt=OPT)
async def create_reservation(request: AnyRequest, uid: FromPath[str], signed: SignedDep) -> Response[Any]:
    about, till = await presented(signed.programme_id, uid, till=till_of(request)), till_of(request)
    held = codes.reserve(signed.programme_id, about.code, till=till, by=request.user.staff.actor)
    return await told(request, about, held)


@post("/codes/{uid:str}/release", name="till.releases", opt=OPT)
async def create_release(request: AnyRequest, uid: FromPath[str], signed: SignedDep) -> Response[Any]:
    about, till = await presented(signed.programme_id, uid, till=till_of(request)), till_of(request)
    released = codes.release(signed.programme_id, about.code, till=till, by=request.user.staff.actor)
    return await told(request, about, released)


@post("/codes/{uid:str}/use", name="till.uses", opt=OPT)
async def create_use(request: AnyRequest, uid: FromPath[str], signed: SignedDep) -> Response[Any]:
    form, till = ActForm.read(await request.form()), till_of(request)
    about = await presented(signed.programme_id, uid, till=till)
    by, sale = request.user.staff.actor, f"{by_hand(request)} {form.key[:8]}"
    used = await attempt(codes.use(signed.programme_id, about.code, till=till, by=by, order=sale))
    if isinstance(used, LoyaltyError):
        return show(about, refusal=str(used), status=used.status)
    done = used.action.uid if used.action else await outcomes.of_copy(signed.programme_id, uid, "code.used")
    return Redirect(f"/till/outcomes/{done}", status_code=303)


def till_of(request: AnyRequest) -> str:
    """The name under which this browser holds codes: its session."""
    return f"till:{request.user.signed.session_uid}"


def by_hand(request: AnyRequest) -> str:
    """What history prints as the sale: whose hands took the code."""
    return f"at {request.user.staff.name}’s till,"


async def told(request: AnyRequest, about: Presented, verb: Awaitable[Checked]) -> Response[Any]:
    """The code's page as it is now, or why nothing changed."""
    done = await attempt(verb)
    if isinstance(done, LoyaltyError):
        return show(about, refusal=str(done), status=done.status)
    return Redirect(f"/till/codes/{about.uid}", status_code=303)


def show(about: Presented, *, refusal: str = "", status: int = 200) -> Page:
    return page("till/code.html", status=status, about=about, form=ActForm(), refusal=refusal)
