"""The order of the catalogue: one place up or down. PRODUCT E1."""

from typing import Any

from litestar import Request, Response, post
from litestar.params import FromPath

from loyalty.rewards.arranging import move
from web.answers import done
from web.auth import SignedDep, Visit
from web.forms.positions import PositionForm


@post("/rewards/{uid:str}/position", name="positions.create", opt={"action": "rewards.edit"})
async def create_position(
    request: Request[Visit, Any, Any], uid: FromPath[str], signed: SignedDep
) -> Response[Any]:
    form = PositionForm.read(await request.form())
    form.refuse()
    moved = await move(signed.programme_id, uid, form.fields.way, by=request.user.staff.actor)
    undo = moved.action.uid if moved.action else None
    return await done(request, moved.sentence, back="/admin/rewards", undo=undo)
