"""Activities → Points: what happened, filtered, and the same as CSV. PRODUCT D."""

from typing import Any

from litestar import Request, get
from litestar.response import Stream

from loyalty.activities import points
from loyalty.activities.filters import PointsFilter
from web.auth import SignedDep
from web.templating import Page, page

CSV_HEADERS = {"Content-Disposition": 'attachment; filename="points.csv"', "Cache-Control": "no-store"}


@get("/activities/points", name="activities.points", opt={"action": "activities.read"})
async def list_points(request: Request[Any, Any, Any], signed: SignedDep) -> Page:
    query = request.query_params
    wanted = PointsFilter.parse(query)
    found = await points.points(signed.programme_id, wanted, query.get("at"))
    return page("admin/activities/points.html#export+pills+dates+rows", wanted=wanted, found=found)


@get("/activities/points.csv", name="activities.points_csv", opt={"action": "activities.export"})
async def export_points(request: Request[Any, Any, Any], signed: SignedDep) -> Stream:
    wanted = PointsFilter.parse(request.query_params)
    rows = points.csv(signed.programme_id, wanted)
    return Stream(rows, media_type="text/csv", headers=CSV_HEADERS)
