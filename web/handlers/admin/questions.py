"""Writing, publishing, ordering and archiving the questions members are asked. PRODUCT L1."""

from typing import Any, Literal

from litestar import Request, Response, get, post
from litestar.params import FromPath

from loyalty.errors import LoyaltyError
from loyalty.preferences import editing, questions, wordings
from loyalty.preferences.questions import Question
from loyalty.products.known import categories
from web.answers import done
from web.attempts import attempt
from web.auth import SignedDep, Visit
from web.forms.questions import QuestionForm
from web.templating import Page, page

INDEX = "/admin/preferences"
EDITOR = "admin/questions/edit.html#editor"
OPT = {"action": "preferences.edit"}
AnyRequest = Request[Visit, Any, Any]


@get("/preferences/questions/new", name="questions.new", opt=OPT)
async def new_question(request: AnyRequest) -> Page:
    return await show(request, QuestionForm.blank(request.query_params.get("section", "")))


@post("/preferences/questions", name="questions.create", opt=OPT)
async def create_question(request: AnyRequest, signed: SignedDep) -> Response[Any]:
    form = QuestionForm.sent(await request.form())
    if form.arranges:
        return await show(request, form)
    form.judge()
    if form.errors:
        return await show(request, form, status=422)
    by = request.user.staff.actor
    saved = await editing.create(signed.programme_id, form.draft(), by=by, key=form.key)
    if form.do == "publish":
        saved = await editing.publish(signed.programme_id, saved.question.uid, by=by)
    undo = saved.action.uid if saved.action else None
    return await done(request, saved.sentence, back=f"{INDEX}/questions/{saved.question.uid}", undo=undo)


@get("/preferences/questions/{uid:str}", name="questions.edit", opt=OPT)
async def edit_question(request: AnyRequest, uid: FromPath[str], signed: SignedDep) -> Page:
    question = await questions.find(signed.programme_id, uid)
    return await show(request, QuestionForm.of(question), question)


@post("/preferences/questions/{uid:str}", name="questions.update", opt=OPT)
async def update_question(request: AnyRequest, uid: FromPath[str], signed: SignedDep) -> Response[Any]:
    question, by = await questions.find(signed.programme_id, uid), request.user.staff.actor
    form = QuestionForm.sent(await request.form(), question)
    if form.arranges:
        return await show(request, form, question)
    form.judge()
    if form.errors:
        return await show(request, form, question, status=422)
    saved = await attempt(editing.edit(signed.programme_id, uid, form.draft(), version=form.version, by=by))
    if isinstance(saved, LoyaltyError):
        form.errors[saved.field or "title"], form.version = str(saved), question.version
        return await show(request, form, question, status=saved.status)
    if form.do == "publish":
        saved = await editing.publish(signed.programme_id, uid, by=by)
    undo = saved.action.uid if saved.action else None
    return await done(request, f"{saved.sentence}.", back=f"{INDEX}/questions/{uid}", undo=undo)


@post("/preferences/preview", name="questions.preview", opt=OPT)
async def preview_question(request: AnyRequest) -> Page:
    form = QuestionForm.sent(await request.form())
    return await show(request, form, template="admin/questions/edit.html#preview")


@post("/preferences/questions/{uid:str}/publication", name="questions.publish", opt=OPT)
async def create_publication(request: AnyRequest, uid: FromPath[str], signed: SignedDep) -> Response[Any]:
    saved = await editing.publish(signed.programme_id, uid, by=request.user.staff.actor)
    return await told(request, saved)


@post("/preferences/questions/{uid:str}/archival", name="questions.archive", opt=OPT)
async def create_archival(request: AnyRequest, uid: FromPath[str], signed: SignedDep) -> Response[Any]:
    return await told(request, await editing.archive(signed.programme_id, uid, by=request.user.staff.actor))


@post("/preferences/questions/{uid:str}/moves", name="questions.move", opt=OPT)
async def create_move(request: AnyRequest, uid: FromPath[str], signed: SignedDep) -> Response[Any]:
    way: Literal["up", "down"] = "up" if (await request.form()).get("way") == "up" else "down"
    return await told(request, await editing.move(signed.programme_id, uid, way, by=request.user.staff.actor))


async def told(request: AnyRequest, saved: editing.Saved) -> Response[Any]:
    undo = saved.action.uid if saved.action and saved.action.undoable else None
    return await done(request, f"{saved.sentence}.", back=INDEX, undo=undo)


async def show(
    request: AnyRequest,
    form: QuestionForm,
    question: Question | None = None,
    *,
    status: int = 200,
    template: str = EDITOR,
) -> Page:
    """The editor. `question` None: a new one."""
    history = await wordings.of(request.user.programme.id, question) if question else ()
    return page(
        template,
        status=status,
        form=form,
        question=question,
        history=history,
        shelves=await categories(request.user.programme.id),
    )
