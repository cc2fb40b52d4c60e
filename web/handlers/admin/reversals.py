"""Undo: taking back what was done. PRODUCT O1."""

from typing import Any

from litestar import Request, Response, post
from litestar.params import FromPath

from loyalty.undo import undo
from web.answers import asked_from, done
from web.auth import SignedDep, Visit
from web.permissions import allowed


@post("/actions/{uid:str}/reversal", name="reversals.create", opt={"action": "actions.undo"})
async def create_reversal(
    request: Request[Visit, Any, Any], uid: FromPath[str], signed: SignedDep
) -> Response[Any]:
    staff = request.user.staff
    own_only = not allowed(staff.role, "actions.undo_others")
    undone = await undo(signed.programme_id, uid, by=staff.actor, own_only=own_only)
    return await done(request, undone.sentence, back=asked_from(request) or "/admin/customers")
