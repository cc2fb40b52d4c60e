"""Engage → Preferences: what members are asked, and what they answered. PRODUCT L1."""

from typing import Any

from litestar import Request, Response, get, post

from loyalty import clock
from loyalty.preferences import bonus, current, editing, questions, ready_made, tallies
from web.answers import done
from web.auth import SignedDep, Visit
from web.forms.prizes import BonusForm
from web.forms.questions import by_section
from web.templating import Page, page

INDEX = "/admin/preferences"
READ, EDIT = {"action": "preferences.read"}, {"action": "preferences.edit"}
AnyRequest = Request[Visit, Any, Any]


@get("/preferences", name="preferences.index", opt=READ)
async def list_questions(signed: SignedDep) -> Page:
    listed = await questions.listed(signed.programme_id)
    points = await current.bonus_of(signed.programme_id, clock.now())
    return page("admin/preferences/index.html", sections=by_section(listed), listed=listed, points=points)


@get("/preferences/answers", name="preferences.answers", opt=READ)
async def list_answers(signed: SignedDep) -> Page:
    return page("admin/preferences/answers.html", found=await tallies.charts(signed.programme_id))


@post("/preferences/starter-set", name="preferences.starter_set", opt=EDIT)
async def create_starter_set(request: AnyRequest, signed: SignedDep) -> Response[Any]:
    added = await ready_made.add(signed.programme_id, by=request.user.staff.actor)
    said = f"{added} questions are there as drafts" if added else "All of the set is there already"
    return await done(request, said, back=INDEX)


@post("/preferences/publications", name="preferences.publish_all", opt=EDIT)
async def create_publications(request: AnyRequest, signed: SignedDep) -> Response[Any]:
    count = await editing.publish_drafts(signed.programme_id, by=request.user.staff.actor)
    said = "Members see the questions as they are now" if count else "Nothing was waiting to be published"
    return await done(request, said, back=INDEX)


@get("/preferences/bonus/new", name="bonuses.new", opt=EDIT)
async def new_bonus(signed: SignedDep) -> Page:
    form = BonusForm()
    form.typed["points"] = str(await current.bonus_of(signed.programme_id, clock.now()))
    return page("admin/preferences/bonus.html#form", form=form)


@post("/preferences/bonus", name="bonuses.create", opt=EDIT)
async def create_bonus(request: AnyRequest, signed: SignedDep) -> Response[Any]:
    form = BonusForm.read(await request.form())
    if form.errors:
        return page("admin/preferences/bonus.html#form", status=422, form=form)
    said = await bonus.set_bonus(signed.programme_id, form.fields.points, by=request.user.staff.actor)
    return await done(request, said, back=INDEX)
