"""Lists of people: made from e-mail addresses, and added to. PRODUCT K."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.datastructures import UploadFile
from litestar.params import FromPath

from loyalty.errors import LoyaltyError
from loyalty.segments import lists, stored
from loyalty.segments.lists import Listed
from loyalty.segments.stored import Segment
from web.answers import done
from web.attempts import attempt
from web.auth import SignedDep, Visit
from web.forms.segments import ListForm
from web.templating import Page, page

OPT = {"action": "segments.edit"}
AnyRequest = Request[Visit, Any, Any]


@get("/segments/lists/new", name="listings.new_list", opt=OPT)
async def new_list(signed: SignedDep) -> Page:
    return show(ListForm(), None)


@post("/segments/lists", name="listings.create_list", opt=OPT)
async def create_list(request: AnyRequest, signed: SignedDep) -> Response[Any]:
    form = await sent(request)
    if form.errors:
        return show(form, None, status=422)
    by = request.user.staff.actor
    made = await attempt(
        lists.make(signed.programme_id, form.fields.name, form.addresses, by=by, key=form.key)
    )
    return await answer(request, form, None, made)


@get("/segments/{uid:str}/listings/new", name="listings.new", opt=OPT)
async def new_listing(uid: FromPath[str], signed: SignedDep) -> Page:
    return show(ListForm(), await stored.by_uid(signed.programme_id, uid))


@post("/segments/{uid:str}/listings", name="listings.create", opt=OPT)
async def create_listing(request: AnyRequest, uid: FromPath[str], signed: SignedDep) -> Response[Any]:
    segment = await stored.by_uid(signed.programme_id, uid)
    form = await sent(request)
    if form.errors:
        return show(form, segment, status=422)
    by = request.user.staff.actor
    added = await attempt(lists.add(signed.programme_id, uid, form.addresses, by=by, key=form.key))
    return await answer(request, form, segment, added)


async def sent(request: AnyRequest) -> ListForm:
    """What was typed, and what the file holds."""
    given = await request.form()
    form, file = ListForm.read(given), given.get("file")
    if isinstance(file, UploadFile) and file.filename:
        form.uploaded(await file.read(), file.filename)
    return form


async def answer(
    request: AnyRequest, form: ListForm, segment: Segment | None, listed: Listed | LoyaltyError
) -> Response[Any]:
    if isinstance(listed, LoyaltyError):
        form.errors[listed.field or "people"] = str(listed)
        return show(form, segment, status=listed.status)
    missing = f"; {len(listed.unknown):,} addresses are nobody’s here" if listed.unknown else ""
    back = f"/admin/segments/{listed.segment.uid}"
    return await done(request, listed.sentence + missing, back=back, undo=listed.action.uid)


def show(form: ListForm, segment: Segment | None, *, status: int = 200) -> Page:
    return page("admin/segments/list.html#form", status=status, form=form, segment=segment)
