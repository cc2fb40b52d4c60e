"""Activities → Referrals: who invited whom, filtered, and the same as CSV. PRODUCT D1, G."""

from typing import Any

from litestar import Request, get
from litestar.response import Stream

from loyalty.activities.referrals import export, listing
from loyalty.activities.referrals.filters import ReferralFilter
from web.auth import SignedDep
from web.templating import Page, page

CSV_HEADERS = {"Content-Disposition": 'attachment; filename="referrals.csv"', "Cache-Control": "no-store"}


@get("/activities/referrals", name="referrals.index", opt={"action": "activities.read"})
async def list_referrals(request: Request[Any, Any, Any], signed: SignedDep) -> Page:
    query = request.query_params
    wanted = ReferralFilter.parse(query)
    found = await listing.listing(signed.programme_id, wanted, query.get("at"))
    return page("admin/referrals/index.html#export+pills+dates+rows", wanted=wanted, found=found)


@get("/activities/referrals.csv", name="referrals.csv", opt={"action": "activities.export"})
async def export_referrals(request: Request[Any, Any, Any], signed: SignedDep) -> Stream:
    wanted = ReferralFilter.parse(request.query_params)
    return Stream(export.csv(signed.programme_id, wanted), media_type="text/csv", headers=CSV_HEADERS)
