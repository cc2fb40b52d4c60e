"""Reviews: the queue of what waits, and Activities → Reviews with its CSV. PRODUCT D1, H1."""

from typing import Any

from litestar import Request, get
from litestar.response import Stream

from loyalty.reviews import export, listing
from loyalty.reviews.filters import ReviewFilter
from web.auth import SignedDep
from web.templating import Page, page

CSV_HEADERS = {"Content-Disposition": 'attachment; filename="reviews.csv"', "Cache-Control": "no-store"}
AnyRequest = Request[Any, Any, Any]


@get("/reviews", name="reviews.index", opt={"action": "reviews.read"})
async def list_reviews(request: AnyRequest, signed: SignedDep) -> Page:
    query = request.query_params
    wanted = ReviewFilter.queue(query)
    found = await listing.listing(signed.programme_id, wanted, query.get("at"))
    return page("admin/reviews/index.html#pills+rows", wanted=wanted, found=found)


@get("/activities/reviews", name="activities.reviews", opt={"action": "activities.read"})
async def list_review_activity(request: AnyRequest, signed: SignedDep) -> Page:
    query = request.query_params
    wanted = ReviewFilter.activity(query)
    found = await listing.listing(signed.programme_id, wanted, query.get("at"))
    return page("admin/activities/reviews.html#export+pills+dates+rows", wanted=wanted, found=found)


@get("/activities/reviews.csv", name="activities.reviews_csv", opt={"action": "activities.export"})
async def export_reviews(request: AnyRequest, signed: SignedDep) -> Stream:
    rows = export.csv(signed.programme_id, ReviewFilter.activity(request.query_params))
    return Stream(rows, media_type="text/csv", headers=CSV_HEADERS)
