"""What campaigns did: all together, one with its report, and everybody of it; as pages and as CSV. PRODUCT M4."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Stream

from loyalty.campaigns import overview, recipients, reporting, stored
from loyalty.campaigns.recipients import Chosen
from loyalty.errors import NotFound
from web.answers import done
from web.auth import SignedDep, Visit
from web.campaign_words import room
from web.handlers.admin.campaigns import EDIT, INDEX, READ
from web.templating import Page, page

EXPORT = {"action": "campaigns.export"}
CSV_HEADERS = {"Content-Disposition": 'attachment; filename="campaign.csv"', "Cache-Control": "no-store"}
AnyRequest = Request[Visit, Any, Any]


@get("/campaigns/results", name="campaigns.results", opt=READ)
async def show_results(request: AnyRequest, signed: SignedDep) -> Page:
    found = await overview.overview(signed.programme_id, request.query_params.get("at"))
    return page("admin/campaigns/results.html", found=found)


@get("/campaigns/results.csv", name="campaigns.results_csv", opt=EXPORT)
async def export_results(signed: SignedDep) -> Stream:
    return Stream(overview.csv(signed.programme_id), media_type="text/csv", headers=CSV_HEADERS)


@get("/campaigns/{uid:str}/report", name="campaigns.report", opt=READ)
async def show_report(uid: FromPath[str], signed: SignedDep) -> Response[Any]:
    found = await reporting.report(signed.programme_id, uid)
    if found is None:
        return Redirect(f"{INDEX}/{uid}")
    return page(
        "admin/campaigns/report.html",
        found=found,
        campaign=found.campaign,
        room=room(found.campaign),
    )


@get("/campaigns/{uid:str}/report.csv", name="campaigns.csv", opt=EXPORT)
async def export_report(uid: FromPath[str], signed: SignedDep) -> Response[str]:
    found = await reporting.report(signed.programme_id, uid)
    if found is None:
        raise NotFound("This campaign hasn’t begun yet.")
    return Response(reporting.csv(found), media_type="text/csv", headers=CSV_HEADERS)


@post("/campaigns/{uid:str}/counts", name="campaigns.count", opt=EDIT)
async def create_count(request: AnyRequest, uid: FromPath[str], signed: SignedDep) -> Response[Any]:
    said = await reporting.ask(signed.programme_id, uid)
    return await done(request, said, back=f"{INDEX}/{uid}/report")


@get("/campaigns/{uid:str}/recipients", name="campaigns.recipients", opt=READ)
async def list_recipients(request: AnyRequest, uid: FromPath[str], signed: SignedDep) -> Page:
    p, query = signed.programme_id, request.query_params
    campaign, wanted = await stored.find(p, uid), Chosen.parse(query)
    return page(
        "admin/campaigns/recipients.html#export+rows",
        campaign=campaign,
        wanted=wanted,
        found=await recipients.page(p, campaign, wanted, query.get("at")),
        segments=[each for each in await stored.wanted(p, campaign.id) if not each.excluded],
    )


@get("/campaigns/{uid:str}/recipients.csv", name="campaigns.recipients_csv", opt=EXPORT)
async def export_recipients(request: AnyRequest, uid: FromPath[str], signed: SignedDep) -> Stream:
    campaign, wanted = await stored.find(signed.programme_id, uid), Chosen.parse(request.query_params)
    rows = await recipients.csv(signed.programme_id, campaign, wanted, by=request.user.staff.actor)
    return Stream(rows, media_type="text/csv", headers=CSV_HEADERS)
