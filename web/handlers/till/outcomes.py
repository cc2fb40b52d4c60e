"""What was just done, with Undo and the next customer. PRODUCT E5."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from loyalty.errors import LoyaltyError
from loyalty.till.outcomes import outcome
from loyalty.undo import undo
from web.attempts import attempt
from web.auth import SignedDep, Visit
from web.forms.till import ActForm
from web.permissions import allowed
from web.templating import Page, page

OPT = {"action": "till.use"}


@get("/outcomes/{uid:str}", name="till.outcome", opt=OPT)
async def show_outcome(uid: FromPath[str], signed: SignedDep) -> Page:
    return await show(signed.programme_id, uid)


@post("/outcomes/{uid:str}/reversal", name="till.reversals", opt=OPT)
async def create_reversal(
    request: Request[Visit, Any, Any], uid: FromPath[str], signed: SignedDep
) -> Response[Any]:
    staff, about = request.user.staff, await outcome(signed.programme_id, uid)
    if about.undone:
        return Redirect(f"/till/outcomes/{uid}", status_code=303)
    own_only = not allowed(staff.role, "actions.undo_others")
    undone = await attempt(undo(signed.programme_id, uid, by=staff.actor, own_only=own_only))
    if isinstance(undone, LoyaltyError):
        return await show(signed.programme_id, uid, refusal=str(undone), status=undone.status)
    return Redirect(f"/till/outcomes/{uid}", status_code=303)


async def show(programme_id: int, uid: str, *, refusal: str = "", status: int = 200) -> Page:
    about = await outcome(programme_id, uid)
    return page("till/outcome.html", status=status, about=about, form=ActForm(), refusal=refusal)
