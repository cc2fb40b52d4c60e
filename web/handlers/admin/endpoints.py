"""Settings → Text messages: the endpoint that takes them, its secret, what became of the last calls. PRODUCT M1, N2."""

from typing import Any

from litestar import Request, Response, get, post

from loyalty.endpoints import calling, setting
from loyalty.endpoints.setting import Kept
from loyalty.errors import LoyaltyError
from web.answers import done
from web.attempts import attempt
from web.auth import SignedDep, Visit
from web.forms.endpoints import EndpointForm
from web.templating import Page, page

HERE = "/admin/endpoint"
OPT = {"action": "endpoint.manage", "step_up": True}
NO_STORE = {"Cache-Control": "no-store"}
AnyRequest = Request[Visit, Any, Any]


@get("/endpoint", name="endpoints.show", opt=OPT)
async def show_endpoint(signed: SignedDep) -> Page:
    return await show(signed.programme_id, EndpointForm.of(await setting.find(signed.programme_id)))


@post("/endpoint", name="endpoints.keep", opt=OPT)
async def save_endpoint(request: AnyRequest, signed: SignedDep) -> Response[Any]:
    form, by = EndpointForm.read(await request.form()), request.user.staff.actor
    if form.errors:
        return await show(signed.programme_id, form, status=422)
    kept = await attempt(setting.keep(signed.programme_id, form.fields.url, by=by))
    if isinstance(kept, LoyaltyError):
        form.errors["url"] = str(kept)
        return await show(signed.programme_id, form, status=kept.status)
    return await told(request, kept)


@post("/endpoint/secrets", name="endpoints.rotate", opt=OPT)
async def create_secret(request: AnyRequest, signed: SignedDep) -> Response[Any]:
    return await told(request, await setting.rotate(signed.programme_id, by=request.user.staff.actor))


@post("/endpoint/removal", name="endpoints.remove", opt=OPT)
async def create_removal(request: AnyRequest, signed: SignedDep) -> Response[Any]:
    return await told(request, await setting.remove(signed.programme_id, by=request.user.staff.actor))


@post("/endpoint/test-calls", name="endpoints.try", opt=OPT)
async def create_test_call(request: AnyRequest, signed: SignedDep) -> Response[Any]:
    said = await calling.test(signed.programme_id, by=request.user.staff.actor)
    return await done(request, said, back=HERE)


async def told(request: AnyRequest, kept: Kept) -> Response[Any]:
    """A secret is shown once, on a page of its own; everything else is a sentence."""
    if kept.secret:
        return page("admin/endpoints/secret.html", headers=NO_STORE, kept=kept)
    undo = kept.action.uid if kept.action and kept.action.undoable else None
    return await done(request, kept.sentence, back=HERE, undo=undo)


async def show(programme_id: int, form: EndpointForm, *, status: int = 200) -> Page:
    endpoint, calls = await setting.find(programme_id), await setting.calls(programme_id)
    return page("admin/endpoints/show.html#form", status=status, form=form, endpoint=endpoint, calls=calls)
