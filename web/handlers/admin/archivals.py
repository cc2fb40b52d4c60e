"""Taking a reward out of the catalogue, and bringing it back. PRODUCT E1."""

from typing import Any

from litestar import Request, Response, post
from litestar.params import FromPath

from loyalty.rewards import retiring
from loyalty.rewards.catalogue import Saved
from web.answers import done
from web.auth import SignedDep, Visit

OPT = {"action": "rewards.edit"}
AnyRequest = Request[Visit, Any, Any]


@post("/rewards/{uid:str}/archival", name="archivals.create", opt=OPT)
async def create_archival(request: AnyRequest, uid: FromPath[str], signed: SignedDep) -> Response[Any]:
    return await told(request, await retiring.archive(signed.programme_id, uid, by=request.user.staff.actor))


@post("/rewards/{uid:str}/restoration", name="restorations.create", opt=OPT)
async def create_restoration(request: AnyRequest, uid: FromPath[str], signed: SignedDep) -> Response[Any]:
    return await told(request, await retiring.restore(signed.programme_id, uid, by=request.user.staff.actor))


async def told(request: AnyRequest, saved: Saved) -> Response[Any]:
    undo = saved.action.uid if saved.action else None
    return await done(request, saved.sentence, back=f"/admin/rewards/{saved.reward.uid}", undo=undo)
