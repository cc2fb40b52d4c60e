"""How much somebody may adjust, at a time and a day. PRODUCT C7."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath

from loyalty import staff
from loyalty.errors import LoyaltyError
from web.answers import done
from web.attempts import attempt
from web.auth import SignedDep, Visit
from web.forms.staff import LimitForm
from web.permissions import allowed
from web.templating import Page, page

OPT = {"action": "staff.limit"}


@get("/staff/{uid:str}/limits/new", name="limits.new", opt=OPT)
async def new_limits(uid: FromPath[str], signed: SignedDep) -> Page:
    form, about = LimitForm(), await staff.get(signed.programme_id, uid)
    form.draw(about)
    return show(about, form)


@post("/staff/{uid:str}/limits", name="limits.create", opt=OPT)
async def create_limits(
    request: Request[Visit, Any, Any], uid: FromPath[str], signed: SignedDep
) -> Response[Any]:
    form, about = LimitForm.read(await request.form()), await staff.get(signed.programme_id, uid)
    if form.errors:
        return show(about, form, status=422)
    me, sent = request.user.staff, form.fields
    saved = await attempt(
        staff.set_limits(
            signed.programme_id,
            uid,
            limit=sent.limit,
            per_day=sent.per_day,
            version=form.version,
            by=me.actor,
            as_owner=allowed(me.role, "staff.manage"),
        )
    )
    if isinstance(saved, LoyaltyError):
        form.errors["limit"], form.version = str(saved), about.version
        return show(about, form, status=saved.status)
    return await done(request, f"{saved.name} may adjust {staff.said(saved)}.", back="/admin/staff")


def show(about: staff.Account, form: LimitForm, *, status: int = 200) -> Page:
    return page("admin/limits/new.html#form", status=status, about=about, form=form)
