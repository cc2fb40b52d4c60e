"""Engage → Quizzes and polls: writing quizzes, polls, challenges and pledges, and their results. PRODUCT L3."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath

from db.enums import RewardStatus, SurveyKind
from loyalty import clock, languages
from loyalty.errors import LoyaltyError, NotFound
from loyalty.products.known import categories
from loyalty.rewards import catalogue
from loyalty.settings import settings
from loyalty.surveys import editing, results, stored
from loyalty.surveys.editing import Saved
from loyalty.surveys.stored import Survey
from web import survey_words
from web.answers import done
from web.attempts import attempt
from web.auth import SignedDep, Visit
from web.forms.survey_editor import SurveyForm
from web.survey_previews import preview
from web.templating import Page, page

INDEX = "/admin/surveys"
EDITOR = "admin/surveys/edit.html#editor"
READ, EDIT = {"action": "surveys.read"}, {"action": "surveys.edit"}
AnyRequest = Request[Visit, Any, Any]


@get("/surveys", name="surveys.index", opt=READ)
async def list_surveys(signed: SignedDep) -> Page:
    return page("admin/surveys/index.html", found=await results.listing(signed.programme_id))


@get("/surveys/new", name="surveys.kinds", opt=EDIT)
async def choose_survey_kind() -> Page:
    return page("admin/surveys/kinds.html")


@get("/surveys/new/{kind:str}", name="surveys.new", opt=EDIT)
async def new_survey(request: AnyRequest, kind: FromPath[str]) -> Page:
    return await show(request, SurveyForm.blank(kind_of(kind)))


@post("/surveys/new/{kind:str}", name="surveys.create", opt=EDIT)
async def create_survey(request: AnyRequest, kind: FromPath[str], signed: SignedDep) -> Response[Any]:
    form = SurveyForm.sent(await request.form(), kind_of(kind))
    draft = form.drafted(request.user.programme, clock.now())
    if draft is None:
        return await show(request, form, status=422 if form.errors else 200)
    by = request.user.staff.actor
    saved = await attempt(editing.create(signed.programme_id, draft, by=by, key=form.key))
    if isinstance(saved, LoyaltyError):
        return await refused(request, form, saved)
    return await finish(request, form, saved)


@get("/surveys/{uid:str}", name="surveys.show", opt=READ)
async def show_survey(request: AnyRequest, uid: FromPath[str], signed: SignedDep) -> Page:
    found = await results.result(signed.programme_id, uid)
    handle = request.user.programme.handle
    inside = f"{settings().base_url}/portal/surveys/{uid}"
    door = f"{settings().base_url}/portal/to/{handle}/surveys/{uid}"
    is_quiz = found.survey.kind is SurveyKind.QUIZ
    return page("admin/surveys/show.html", found=found, address=door if is_quiz else inside)


@get("/surveys/{uid:str}/edit", name="surveys.edit", opt=EDIT)
async def edit_survey(request: AnyRequest, uid: FromPath[str], signed: SignedDep) -> Page:
    survey = await stored.find(signed.programme_id, uid)
    return await show(request, SurveyForm.of(survey, request.user.programme), survey)


@post("/surveys/{uid:str}/edit", name="surveys.update", opt=EDIT)
async def update_survey(request: AnyRequest, uid: FromPath[str], signed: SignedDep) -> Response[Any]:
    survey = await stored.find(signed.programme_id, uid)
    form = SurveyForm.sent(await request.form(), survey.kind)
    draft = form.drafted(request.user.programme, clock.now())
    if draft is None:
        return await show(request, form, survey, status=422 if form.errors else 200)
    by, version = request.user.staff.actor, form.version
    saved = await attempt(editing.edit(signed.programme_id, uid, draft, version=version, by=by))
    if isinstance(saved, LoyaltyError):
        return await refused(request, form, saved, await stored.find(signed.programme_id, uid))
    return await finish(request, form, saved)


@post("/surveys/preview/{kind:str}", name="surveys.preview", opt=EDIT)
async def preview_survey(request: AnyRequest, kind: FromPath[str]) -> Page:
    form = SurveyForm.sent(await request.form(), kind_of(kind))
    return await show(request, form, template="admin/surveys/edit.html#preview")


@post("/surveys/{uid:str}/publication", name="surveys.publish", opt=EDIT)
async def publish_survey(request: AnyRequest, uid: FromPath[str], signed: SignedDep) -> Response[Any]:
    return await told(
        request, await editing.publish(signed.programme_id, uid, by=request.user.staff.actor), uid
    )


@post("/surveys/{uid:str}/archival", name="surveys.archive", opt=EDIT)
async def archive_survey(request: AnyRequest, uid: FromPath[str], signed: SignedDep) -> Response[Any]:
    return await told(
        request, await editing.archive(signed.programme_id, uid, by=request.user.staff.actor), uid
    )


def kind_of(word: str) -> SurveyKind:
    """The kind in an address. Raises NotFound."""
    found = next((kind for kind in SurveyKind if kind == word), None)
    if found is None:
        raise NotFound("There is no such kind here.")
    return found


async def told(request: AnyRequest, saved: Saved, uid: str) -> Response[Any]:
    undo = saved.action.uid if saved.action else None
    return await done(request, f"{saved.sentence}.", back=f"{INDEX}/{uid}", undo=undo)


async def finish(request: AnyRequest, form: SurveyForm, saved: Saved) -> Response[Any]:
    """What was saved is published too, where that button was pressed."""
    if form.do == "publish":
        by = request.user.staff.actor
        published = await editing.publish(request.user.programme.id, saved.survey.uid, by=by)
        saved = published if published.action else saved
    return await told(request, saved, saved.survey.uid)


async def refused(
    request: AnyRequest, form: SurveyForm, refusal: LoyaltyError, survey: Survey | None = None
) -> Page:
    """The form as it was typed, with what is wrong; what somebody else saved meanwhile stands beside it."""
    form.refuse(refusal)
    if survey is not None and refusal.status == 409:
        form.version = survey.version
        typed = form.definition(request.user.programme.currency)
        form.theirs = survey_words.changes(typed, survey.draft)
    return await show(request, form, survey, status=refusal.status)


async def show(
    request: AnyRequest,
    form: SurveyForm,
    survey: Survey | None = None,
    *,
    status: int = 200,
    template: str = EDITOR,
) -> Page:
    """The editor. `survey` None: a new one."""
    programme, language = request.user.programme, languages.language(languages.ENGLISH)
    return page(
        template,
        status=status,
        form=form,
        survey=survey,
        shelves=await categories(programme.id),
        rewards=await catalogue.listed(programme.id, RewardStatus.ACTIVE),
        language=language,
        say=language.gettext,
        preview=preview(form.definition(programme.currency), clock.now()),
    )
