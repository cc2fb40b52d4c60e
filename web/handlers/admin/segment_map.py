"""The value map: which scores make which segment, and who would move. PRODUCT K1."""

from typing import Any

from litestar import Request, Response, get, post

from loyalty.errors import LoyaltyError
from loyalty.segments import footing, mapping
from web.answers import done
from web.attempts import attempt
from web.auth import SignedDep, Visit
from web.forms.segments import SPARE, MapForm, TypedRow
from web.templating import Page, page

AnyRequest = Request[Visit, Any, Any]


@get("/segments/map", name="segments.map", opt={"action": "segments.read"})
async def show_map(request: AnyRequest, signed: SignedDep) -> Page:
    currency, query = request.user.programme.currency, request.query_params
    if "name" in query:
        return await show(signed.programme_id, MapForm.read(query, currency))
    now = await footing.policy(signed.programme_id)
    return await show(signed.programme_id, MapForm.of(now, currency, query.get("preset", "")))


@post("/segments/map", name="segments.map_create", opt={"action": "segments.edit"})
async def create_map(request: AnyRequest, signed: SignedDep) -> Response[Any]:
    form = MapForm.read(await request.form(), request.user.programme.currency)
    if form.draft is None:
        return await show(signed.programme_id, form, status=422)
    p, by = signed.programme_id, request.user.staff.actor
    saved = await attempt(mapping.save(p, form.draft, by=by, key=form.key, version=form.version))
    if isinstance(saved, LoyaltyError):
        form.errors[saved.field or "map"] = str(saved)
        return await show(p, form, status=saved.status)
    return await done(request, saved.sentence, back="/admin/segments/map", undo=saved.action.uid)


async def show(programme_id: int, form: MapForm, *, status: int = 200) -> Page:
    seen = None
    if form.draft is not None and not form.errors:
        seen = await attempt(mapping.preview(programme_id, form.draft))
    if isinstance(seen, LoyaltyError):
        form.errors[seen.field or "map"] = str(seen)
        seen = None
    return page(
        "admin/segments/map.html#preview", status=status, form=form, seen=seen, spare=[TypedRow()] * SPARE
    )
