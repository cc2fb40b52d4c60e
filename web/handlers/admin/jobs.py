"""Work in the background that failed for good, and trying it again."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath

from loyalty.jobs import dead
from web.answers import done
from web.auth import SignedDep, Visit
from web.templating import Page, page

PATH = "/admin/jobs"
OPT = {"action": "work.retry"}


@get("/jobs", name="jobs.index", opt=OPT)
async def list_jobs(signed: SignedDep) -> Page:
    return page("admin/jobs/index.html", jobs=await dead.listing(signed.programme_id))


@post("/jobs/{ref:str}/attempt", name="jobs.retry", opt=OPT)
async def create_attempt(
    request: Request[Visit, Any, Any], ref: FromPath[str], signed: SignedDep
) -> Response[Any]:
    job = await dead.find(signed.programme_id, ref)
    await dead.retry(signed.programme_id, job.id, by=request.user.staff.actor)
    return await done(request, "The job is being tried again.", back=PATH)
