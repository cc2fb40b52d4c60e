"""Resetting somebody's two-step sign-in: they lost phone and recovery codes. PRODUCT O1."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath

from loyalty import staff
from loyalty.two_step.resetting import reset
from web.answers import done
from web.auth import SignedDep, Visit
from web.templating import Page, page

OPT = {"action": "staff.manage", "step_up": True}


@get("/staff/{uid:str}/two-step-reset/new", name="two_step_resets.new", opt=OPT)
async def new_two_step_reset(uid: FromPath[str], signed: SignedDep) -> Page:
    return page("admin/two_step_resets/new.html#form", about=await staff.get(signed.programme_id, uid))


@post("/staff/{uid:str}/two-step-reset", name="two_step_resets.create", opt=OPT)
async def create_two_step_reset(
    request: Request[Visit, Any, Any], uid: FromPath[str], signed: SignedDep
) -> Response[Any]:
    about = await reset(signed.programme_id, uid, by=request.user.staff.actor)
    return await done(request, f"{about.name}’s two-step sign-in was reset.", back="/admin/staff")
