"""Stopping a batch where it is. PRODUCT B1."""

from typing import Any

from litestar import Request, Response, post
from litestar.params import FromPath

from loyalty.batches.cancelling import cancel
from web.answers import done
from web.auth import SignedDep, Visit


@post("/batches/{uid:str}/stop", name="stops.create", opt={"action": "customers.batch"})
async def create_stop(
    request: Request[Visit, Any, Any], uid: FromPath[str], signed: SignedDep
) -> Response[Any]:
    sentence = await cancel(signed.programme_id, uid, by=request.user.staff.actor)
    return await done(request, sentence, back=f"/admin/batches/{uid}")
