"""Settings → Audit log: what anybody did, filtered, and the same as CSV. PRODUCT O1."""

from typing import Any

from litestar import Request, get
from litestar.response import Stream

from loyalty.history import log
from loyalty.history.filters import LogFilter
from web import abilities
from web.auth import SignedDep
from web.templating import Page, page

OPT = {"action": "audit.read"}
CSV_HEADERS = {"Content-Disposition": 'attachment; filename="audit-log.csv"', "Cache-Control": "no-store"}
AnyRequest = Request[Any, Any, Any]


@get("/audit", name="audit.index", opt=OPT)
async def list_actions(request: AnyRequest, signed: SignedDep) -> Page:
    wanted = LogFilter.parse(request.query_params)
    found = await log.log(signed.programme_id, wanted, request.query_params.get("at"))
    return page("admin/audit/index.html#export+dates+rows", wanted=wanted, found=found, abilities=abilities)


@get("/audit.csv", name="audit.csv", opt=OPT)
async def export_actions(request: AnyRequest, signed: SignedDep) -> Stream:
    rows = log.csv(signed.programme_id, LogFilter.parse(request.query_params))
    return Stream(rows, media_type="text/csv", headers=CSV_HEADERS)
