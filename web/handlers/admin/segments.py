"""Segments: all of them, one, and how they overlap. PRODUCT K5."""

from typing import Any

from litestar import Request, get
from litestar.params import FromPath
from litestar.response import Stream

from loyalty.segments import export, growth, listing, overlap, people, reading, stored
from web.auth import SignedDep, Visit
from web.templating import Page, page

AnyRequest = Request[Visit, Any, Any]
READS = {"action": "segments.read"}
CSV_HEADERS = {"Content-Disposition": 'attachment; filename="segment.csv"', "Cache-Control": "no-store"}


@get("/segments", name="segments.index", opt=READS)
async def list_segments(signed: SignedDep) -> Page:
    return page("admin/segments/index.html", found=await listing.listing(signed.programme_id))


@get("/segments/overlap", name="segments.overlap", opt=READS)
async def show_overlap(signed: SignedDep) -> Page:
    return page("admin/segments/overlap.html", found=await overlap.overlap(signed.programme_id))


@get("/segments/{uid:str}", name="segments.show", opt=READS)
async def show_segment(request: AnyRequest, uid: FromPath[str], signed: SignedDep) -> Page:
    p, query = signed.programme_id, request.query_params
    segment = await stored.by_uid(p, uid)
    also = query.get("also", "")
    return page(
        "admin/segments/show.html",
        segment=segment,
        also=await stored.by_uid(p, also) if also else None,
        found=await people.people(p, segment, also=also, cursor=query.get("at")),
        grown=await growth.growth(p, segment),
        size=await listing.one(p, segment),
        about=await reading.about(p, segment),
    )


@get("/segments/{uid:str}/people.csv", name="segments.csv", opt={"action": "segments.export"})
async def export_segment(request: AnyRequest, uid: FromPath[str], signed: SignedDep) -> Stream:
    segment = await stored.by_uid(signed.programme_id, uid)
    rows = await export.csv(signed.programme_id, segment, by=request.user.staff.actor)
    return Stream(rows, media_type="text/csv", headers=CSV_HEADERS)
