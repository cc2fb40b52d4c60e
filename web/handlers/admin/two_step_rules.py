"""Which roles must sign in in two steps. PRODUCT O1."""

from typing import Any

from litestar import Request, Response, get, post

from loyalty.errors import LoyaltyError
from loyalty.two_step.requiring import require, required
from web import abilities
from web.answers import done
from web.attempts import attempt
from web.auth import SignedDep, Visit
from web.forms.two_step import RequirementForm
from web.templating import Page, page

OPT = {"action": "staff.manage", "step_up": True}


@get("/staff/two-step/new", name="two_step_rules.new", opt=OPT)
async def new_two_step_rules(signed: SignedDep) -> Page:
    form = RequirementForm()
    form.roles = await required(signed.programme_id)
    return show(form)


@post("/staff/two-step", name="two_step_rules.create", opt=OPT)
async def create_two_step_rules(request: Request[Visit, Any, Any], signed: SignedDep) -> Response[Any]:
    form = RequirementForm.read(await request.form())
    said = await attempt(require(signed.programme_id, form.roles, by=request.user.staff.actor))
    if isinstance(said, LoyaltyError):
        form.errors["roles"] = str(said)
        return show(form, status=said.status)
    return await done(request, said, back="/admin/staff")


def show(form: RequirementForm, *, status: int = 200) -> Page:
    return page("admin/two_step_rules/new.html#form", status=status, form=form, abilities=abilities)
