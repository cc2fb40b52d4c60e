"""Building a segment from conditions, with a live count and five people. PRODUCT K4."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath

from loyalty.errors import LoyaltyError, Stale
from loyalty.rules.actors import Actor
from loyalty.rules.segment_trees import DEEPEST, NUMBERS
from loyalty.segments import building, reading, trying
from loyalty.segments.building import Built
from loyalty.segments.reading import Version
from loyalty.segments.stored import Segment
from web.answers import done
from web.attempts import attempt
from web.auth import SignedDep, Visit
from web.forms.segment_trees import TreeForm
from web.templating import Page, page

EDITOR, SEEN = "admin/segments/tree.html#editor", "admin/segments/tree.html#seen"
OPT = {"action": "segments.edit"}
AnyRequest = Request[Visit, Any, Any]


@get("/segments/trees/new", name="trees.new", opt=OPT)
async def new_tree(request: AnyRequest) -> Page:
    return await show(request, TreeForm(request.user.programme.currency))


@post("/segments/trees", name="trees.create", opt=OPT)
async def create_tree(request: AnyRequest, signed: SignedDep) -> Response[Any]:
    form = TreeForm.sent(await request.form(), request.user.programme.currency)
    if not form.saves:
        return await show(request, form)
    by = request.user.staff.actor
    saved = await attempt(save(signed.programme_id, None, form, by))
    return await answer(request, form, saved)


@post("/segments/trees/preview", name="trees.preview", opt=OPT)
async def preview_tree(request: AnyRequest) -> Page:
    form = TreeForm.sent(await request.form(), request.user.programme.currency)
    return await show(request, form, template=SEEN)


@get("/segments/{uid:str}/tree", name="trees.edit", opt=OPT)
async def edit_tree(request: AnyRequest, uid: FromPath[str], signed: SignedDep) -> Page:
    segment = await building.custom(signed.programme_id, uid)
    return await show(request, TreeForm.of(segment, request.user.programme.currency), segment)


@post("/segments/{uid:str}/tree", name="trees.update", opt=OPT)
async def update_tree(request: AnyRequest, uid: FromPath[str], signed: SignedDep) -> Response[Any]:
    segment = await building.custom(signed.programme_id, uid)
    form = TreeForm.sent(await request.form(), request.user.programme.currency)
    if not form.saves:
        return await show(request, form, segment)
    by = request.user.staff.actor
    saved = await attempt(save(signed.programme_id, segment, form, by))
    return await answer(request, form, saved, segment)


async def save(programme_id: int, segment: Segment | None, form: TreeForm, by: Actor) -> Built:
    name, tree = form.typed["name"], form.tree()
    if segment is None:
        return await building.make(programme_id, name, tree, by=by, key=form.key)
    return await building.change(
        programme_id, segment.uid, name, tree, by=by, key=form.key, version=form.version
    )


async def answer(
    request: AnyRequest, form: TreeForm, saved: Built | LoyaltyError, segment: Segment | None = None
) -> Response[Any]:
    if isinstance(saved, LoyaltyError):
        form.errors[saved.field or "refusal"] = str(saved)
        if isinstance(saved, Stale) and segment:
            return await show_both(request, form, segment)
        return await show(request, form, segment, status=saved.status)
    return await done(
        request, saved.sentence, back=f"/admin/segments/{saved.segment.uid}", undo=saved.action.uid
    )


async def show_both(request: AnyRequest, form: TreeForm, segment: Segment) -> Page:
    """What was typed beside what somebody else saved, which saving again would replace."""
    form.version = segment.version
    theirs = (await reading.about(request.user.programme.id, segment)).versions[0]
    return await show(request, form, segment, status=Stale.status, theirs=theirs)


async def show(
    request: AnyRequest,
    form: TreeForm,
    segment: Segment | None = None,
    *,
    theirs: Version | None = None,
    status: int = 200,
    template: str = EDITOR,
) -> Page:
    p = request.user.programme.id
    seen = await attempt(look(p, form))
    about = None if isinstance(seen, LoyaltyError) else seen
    form.unsaid = str(seen) if isinstance(seen, LoyaltyError) else ""
    return page(
        template, status=status, form=form, segment=segment, about=about, known=await trying.known(p),
        kinds=NUMBERS, deepest=DEEPEST, theirs=theirs,
    )  # fmt: skip


async def look(programme_id: int, form: TreeForm) -> trying.Tried:
    return await trying.attempt(programme_id, form.tree())
