"""Settings → Stores: where orders come from, and the secrets of their webhooks. PRODUCT N2."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath

from loyalty.errors import LoyaltyError
from loyalty.settings import settings
from loyalty.stores import adding, listing, rotating
from loyalty.stores.listing import StoreView
from web.answers import done
from web.attempts import attempt
from web.auth import SignedDep, Visit
from web.forms.stores import SecretForm, StoreForm
from web.templating import Page, page

OPT = {"action": "programme.manage"}
NO_STORE = {"Cache-Control": "no-store"}
ONE = "/stores/{uid:str}"
AnyRequest = Request[Visit, Any, Any]


@get("/stores", name="stores.index", opt=OPT)
async def list_stores(signed: SignedDep) -> Page:
    found = await listing.listing(signed.programme_id)
    return page("admin/stores/index.html", stores=found, base=settings().base_url)


@get("/stores/new", name="stores.new", opt=OPT)
async def new_store() -> Page:
    return show(StoreForm())


@post("/stores", name="stores.create", opt=OPT)
async def create_store(request: AnyRequest, signed: SignedDep) -> Response[Any]:
    form, by = StoreForm.read(await request.form()), request.user.staff.actor
    if form.errors:
        return show(form, status=422)
    sent = form.fields
    verb = adding.add(
        signed.programme_id,
        sent.name,
        sent.platform,
        domain=sent.domain,
        secret=sent.secret,
        by=by,
        key=form.key,
    )
    added = await attempt(verb)
    if isinstance(added, LoyaltyError):
        form.errors[added.field or "name"] = str(added)
        return show(form, status=added.status)
    return created(added)


@get(ONE + "/secrets/new", name="stores.new_secret", opt=OPT)
async def new_secret(uid: FromPath[str], signed: SignedDep) -> Page:
    return show_secret(await listing.get(signed.programme_id, uid), SecretForm())


@post(ONE + "/secrets", name="stores.create_secret", opt=OPT)
async def create_secret(request: AnyRequest, uid: FromPath[str], signed: SignedDep) -> Response[Any]:
    form, by = SecretForm.read(await request.form()), request.user.staff.actor
    store = await listing.get(signed.programme_id, uid)
    if form.errors:
        return show_secret(store, form, status=422)
    made = await attempt(
        rotating.rotate(signed.programme_id, uid, secret=form.fields.secret, by=by, key=form.key)
    )
    if isinstance(made, LoyaltyError):
        form.errors["secret"] = str(made)
        return show_secret(store, form, status=made.status)
    return created(made)


@post(ONE + "/rotation/ending", name="stores.end_rotation", opt=OPT)
async def end_rotation(request: AnyRequest, uid: FromPath[str], signed: SignedDep) -> Response[Any]:
    sentence = await rotating.end(signed.programme_id, uid, by=request.user.staff.actor)
    return await done(request, sentence, back="/admin/stores")


def created(added: adding.Added) -> Page:
    """The secret, for once."""
    return page("admin/stores/created.html", headers=NO_STORE, added=added, base=settings().base_url)


def show(form: StoreForm, *, status: int = 200) -> Page:
    return page("admin/stores/new.html", status=status, form=form)


def show_secret(store: StoreView, form: SecretForm, *, status: int = 200) -> Page:
    return page("admin/stores/secret.html", status=status, store=store, form=form)
