"""Giving somebody another role. PRODUCT O1."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath

from loyalty import staff
from loyalty.errors import LoyaltyError
from web import abilities
from web.answers import done
from web.attempts import attempt
from web.auth import SignedDep, Visit
from web.forms.staff import RoleForm
from web.templating import Page, page

OPT = {"action": "staff.manage", "step_up": True}


@get("/staff/{uid:str}/role/new", name="roles.new", opt=OPT)
async def new_role(uid: FromPath[str], signed: SignedDep) -> Page:
    form, about = RoleForm(), await staff.get(signed.programme_id, uid)
    form.typed["role"], form.version = about.role, about.version
    return show(about, form)


@post("/staff/{uid:str}/role", name="roles.create", opt=OPT)
async def create_role(
    request: Request[Visit, Any, Any], uid: FromPath[str], signed: SignedDep
) -> Response[Any]:
    form, about = RoleForm.read(await request.form()), await staff.get(signed.programme_id, uid)
    if form.errors:
        return show(about, form, status=422)
    by, version = request.user.staff.actor, form.version
    changed = await attempt(
        staff.change_role(signed.programme_id, uid, form.fields.role, version=version, by=by)
    )
    if isinstance(changed, LoyaltyError):
        form.errors["role"] = str(changed)
        form.version = about.version
        return show(about, form, status=changed.status)
    sentence = f"{changed.name} is now {staff.ROLES[changed.role]}."
    return await done(request, sentence, back="/admin/staff")


def show(about: staff.Account, form: RoleForm, *, status: int = 200) -> Page:
    return page("admin/roles/new.html#form", status=status, about=about, form=form, abilities=abilities)
