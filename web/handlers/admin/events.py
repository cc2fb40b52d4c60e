"""Deliveries of shop platforms that could not be applied, and trying them again."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath

from loyalty.events import retrying
from web.answers import done
from web.auth import SignedDep, Visit
from web.templating import Page, page

PATH = "/admin/events"
OPT = {"action": "work.retry"}


@get("/events", name="events.index", opt=OPT)
async def list_events(signed: SignedDep) -> Page:
    return page("admin/events/index.html", events=await retrying.listing(signed.programme_id))


@post("/events/{ref:str}/attempt", name="events.retry", opt=OPT)
async def create_attempt(
    request: Request[Visit, Any, Any], ref: FromPath[str], signed: SignedDep
) -> Response[Any]:
    event = await retrying.find(signed.programme_id, ref)
    await retrying.retry(signed.programme_id, event.id, by=request.user.staff.actor)
    return await done(request, f"The delivery {event.delivery_id} is being tried again.", back=PATH)
