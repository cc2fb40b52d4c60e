"""Ending somebody's work here. PRODUCT O1."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath

from loyalty import staff
from web.answers import done
from web.auth import SignedDep, Visit
from web.templating import Page, page

OPT = {"action": "staff.manage"}


@get("/staff/{uid:str}/departure/new", name="departures.new", opt=OPT)
async def new_departure(uid: FromPath[str], signed: SignedDep) -> Page:
    return page("admin/departures/new.html#form", about=await staff.get(signed.programme_id, uid))


@post("/staff/{uid:str}/departure", name="departures.create", opt=OPT)
async def create_departure(
    request: Request[Visit, Any, Any], uid: FromPath[str], signed: SignedDep
) -> Response[Any]:
    about = await staff.get(signed.programme_id, uid)
    await staff.remove(signed.programme_id, uid, by=request.user.staff.actor)
    return await done(request, f"{about.name} no longer works here.", back="/admin/staff")
