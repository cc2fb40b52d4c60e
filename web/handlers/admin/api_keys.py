"""Settings → API keys: for tills and other programs; shown once, revoked at once. PRODUCT N2."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath

from loyalty.api_keys import managing
from loyalty.errors import LoyaltyError
from loyalty.settings import settings
from web.answers import done
from web.attempts import attempt
from web.auth import SignedDep, Visit
from web.forms.api_keys import SCOPES, ApiKeyForm
from web.templating import Page, page

OPT = {"action": "api_keys.manage"}
MAKE = {**OPT, "step_up": True}
NO_STORE = {"Cache-Control": "no-store"}
AnyRequest = Request[Visit, Any, Any]


@get("/api-keys", name="api_keys.index", opt=OPT)
async def list_keys(signed: SignedDep) -> Page:
    keys = await managing.listing(signed.programme_id)
    return page("admin/api_keys/index.html#keys", keys=keys, scopes=SCOPES, base=settings().base_url)


@get("/api-keys/new", name="api_keys.new", opt=MAKE)
async def new_key(signed: SignedDep) -> Page:
    return await show(signed.programme_id, ApiKeyForm())


@post("/api-keys", name="api_keys.create", opt=MAKE)
async def create_key(request: AnyRequest, signed: SignedDep) -> Response[Any]:
    form, by = ApiKeyForm.read(await request.form()), request.user.staff.actor
    if form.errors:
        return await show(signed.programme_id, form, status=422)
    sent = form.fields
    verb = managing.make(
        signed.programme_id, sent.name, form.scopes, store_uid=sent.store, by=by, key=form.key
    )
    made = await attempt(verb)
    if isinstance(made, LoyaltyError):
        form.errors[made.field or "name"] = str(made)
        return await show(signed.programme_id, form, status=made.status)
    return page(
        "admin/api_keys/created.html#made+keys",
        headers=NO_STORE,
        made=made,
        keys=await managing.listing(signed.programme_id),
        scopes=SCOPES,
    )


@post("/api-keys/{uid:str}/revocation", name="api_keys.revoke", opt=OPT)
async def create_revocation(request: AnyRequest, uid: FromPath[str], signed: SignedDep) -> Response[Any]:
    gone = await managing.revoke(signed.programme_id, uid, by=request.user.staff.actor)
    return await done(request, gone.sentence, back="/admin/api-keys", undo=gone.uid)


async def show(programme_id: int, form: ApiKeyForm, *, status: int = 200) -> Page:
    stores = await managing.store_names(programme_id)
    return page("admin/api_keys/new.html#form", status=status, form=form, scopes=SCOPES, stores=stores)
