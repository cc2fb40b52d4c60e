"""Lists of people: made from a file or pasted addresses, looked at before they are saved. PRODUCT K."""

from typing import Any, TypeVar

from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Stream

from loyalty.errors import LoyaltyError
from loyalty.segments import finding, lists, stored
from loyalty.segments.lists import Listed
from loyalty.segments.stored import Segment
from web.answers import done
from web.attempts import attempt
from web.auth import SignedDep, Visit
from web.forms.segments import ListForm, PeopleForm
from web.templating import Page, page
from web.uploads import sheet

OPT = {"action": "segments.edit"}
CSV_HEADERS = {"Content-Disposition": 'attachment; filename="not-found.csv"', "Cache-Control": "no-store"}
AnyRequest = Request[Visit, Any, Any]
F = TypeVar("F", bound=PeopleForm)


@get("/segments/lists/new", name="listings.new_list", opt=OPT)
async def new_list(signed: SignedDep) -> Page:
    return await show(signed.programme_id, ListForm())


@post("/segments/lists", name="listings.create_list", opt=OPT)
async def create_list(request: AnyRequest, signed: SignedDep) -> Response[Any]:
    p, by, form = signed.programme_id, request.user.staff.actor, await sent(request, ListForm)
    if form.errors or not form.is_seen:
        return await show(p, form)
    asked = form.fields
    made = await attempt(lists.make(p, asked.name, asked.people, column=form.column, by=by, key=form.key))
    return await answer(request, form, made)


@get("/segments/{uid:str}/listings/new", name="listings.new", opt=OPT)
async def new_listing(uid: FromPath[str], signed: SignedDep) -> Page:
    return await show(signed.programme_id, PeopleForm(), await lists.find(signed.programme_id, uid))


@post("/segments/{uid:str}/listings", name="listings.create", opt=OPT)
async def create_listing(request: AnyRequest, uid: FromPath[str], signed: SignedDep) -> Response[Any]:
    p, by, form = signed.programme_id, request.user.staff.actor, await sent(request, PeopleForm)
    segment = await stored.by_uid(p, uid)
    if form.errors or not form.is_seen:
        return await show(p, form, segment)
    added = await attempt(lists.add(p, uid, form.fields.people, column=form.column, by=by, key=form.key))
    return await answer(request, form, added, segment)


@post("/segments/lists/missing.csv", name="listings.missing", opt=OPT)
async def export_missing(request: AnyRequest, signed: SignedDep) -> Stream:
    given = await request.form()
    text, column = (str(given.get(name, "")) for name in ("people", "column"))
    rows = await finding.missing_csv(signed.programme_id, text, column)
    return Stream(rows, media_type="text/csv", headers=CSV_HEADERS)


async def sent(request: AnyRequest, form: type[F]) -> F:
    """What was typed, or what is in the file that came with it."""
    given = await request.form()
    return form.sent(given, await sheet(given))


async def answer(
    request: AnyRequest, form: PeopleForm, listed: Listed | LoyaltyError, segment: Segment | None = None
) -> Response[Any]:
    if isinstance(listed, LoyaltyError):
        form.errors[listed.field or "people"] = str(listed)
        return await show(request.user.programme.id, form, segment, status=listed.status)
    rows = "row names" if listed.missing == 1 else "rows name"
    missing = f"; {listed.missing:,} {rows} nobody here" if listed.missing else ""
    back = f"/admin/segments/{listed.segment.uid}"
    return await done(request, listed.sentence + missing, back=back, undo=listed.action.uid)


async def show(
    programme_id: int, form: PeopleForm, segment: Segment | None = None, *, status: int = 200
) -> Page:
    """The form, and whom it means where anything was sent."""
    if form.typed["people"]:
        looked = await attempt(finding.look(programme_id, form.typed["people"], form.column))
        if isinstance(looked, LoyaltyError):
            form.errors.setdefault(looked.field or "people", str(looked))
        else:
            form.shown(looked.columns, looked.column, looked.found)
    status = status if status != 200 or not form.errors else 422
    return page("admin/segments/list.html#form", status=status, form=form, segment=segment)
