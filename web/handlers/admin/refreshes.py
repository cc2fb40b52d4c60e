"""Looking at everybody's segments again, now. PRODUCT K."""

from typing import Any

from litestar import Request, Response, post

from loyalty.segments import asking
from web.answers import done
from web.auth import SignedDep, Visit


@post("/segments/refreshes", name="refreshes.create", opt={"action": "segments.edit"})
async def create_refresh(request: Request[Visit, Any, Any], signed: SignedDep) -> Response[Any]:
    sentence = await asking.refresh_soon(signed.programme_id)
    return await done(request, sentence, back="/admin/segments")
