"""The size of a stamp card: who would gain or lose a full one, and changing it. PRODUCT I4."""

from typing import Any

from litestar import Request, Response, get, post

from loyalty.errors import LoyaltyError
from loyalty.policies import stamps
from web.answers import done
from web.attempts import attempt
from web.auth import SignedDep, Visit
from web.forms.policies import CardForm
from web.templating import Page, page

OPT = {"action": "programme.manage"}
AnyRequest = Request[Visit, Any, Any]


@get("/stamp-card", name="stamp_card.show", opt=OPT)
async def show_stamp_card(request: AnyRequest, signed: SignedDep) -> Page:
    now = stamps.size_of(request.user.programme)
    form = CardForm.typed_in({"size": request.query_params.get("size") or str(now), "seen": str(now)})
    wanted = now if form.errors else form.fields.size
    found = await stamps.resizing(signed.programme_id, wanted, request.query_params.get("at"))
    return page("admin/stamp_card/show.html", status=422 if form.errors else 200, form=form, found=found)


@post("/stamp-card", name="stamp_card.create", opt=OPT)
async def create_stamp_card(request: AnyRequest, signed: SignedDep) -> Response[Any]:
    form, by = CardForm.read(await request.form()), request.user.staff.actor
    wanted = stamps.size_of(request.user.programme) if form.errors else form.fields.size
    if not form.errors:
        sent = form.fields
        changed = await attempt(
            stamps.change(signed.programme_id, sent.size, seen=sent.seen, by=by, key=form.key)
        )
        if not isinstance(changed, LoyaltyError):
            return await done(request, changed.sentence, back="/admin/policies", undo=changed.uid)
        form.errors["size"] = str(changed)
        form.typed["seen"] = str(stamps.size_of(request.user.programme))
        found = await stamps.resizing(signed.programme_id, wanted)
        return page("admin/stamp_card/show.html", status=changed.status, form=form, found=found)
    found = await stamps.resizing(signed.programme_id, wanted)
    return page("admin/stamp_card/show.html", status=422, form=form, found=found)
