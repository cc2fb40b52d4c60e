"""Taking back a request of one's own before anybody decided. PRODUCT C7."""

from typing import Any

from litestar import Request, Response, post
from litestar.params import FromPath

from loyalty.approvals import deciding
from web.answers import done
from web.auth import SignedDep, Visit
from web.handlers.admin.approvals import QUEUE


@post("/approvals/{uid:str}/withdrawal", name="withdrawals.create", opt={"action": "points.adjust"})
async def create_withdrawal(
    request: Request[Visit, Any, Any], uid: FromPath[str], signed: SignedDep
) -> Response[Any]:
    decided = await deciding.withdraw(signed.programme_id, uid, by=request.user.staff.actor)
    return await done(request, f"{decided.sentence}.", back=f"{QUEUE}?show=mine")
