"""Join program: letting somebody who left be a member again. PRODUCT A3."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath

from db.enums import CustomerType
from loyalty.customers.consequences import consequences
from loyalty.customers.moving import join
from loyalty.customers.naming import known
from web.answers import done
from web.auth import SignedDep, Visit
from web.forms.standing import JoiningForm
from web.templating import Page, page

OPT = {"action": "customers.exclude"}


@get("/customers/{uid:str}/joining/new", name="joinings.new", opt=OPT)
async def new_joining(uid: FromPath[str], signed: SignedDep) -> Page:
    return await show(signed.programme_id, uid, JoiningForm())


@post("/customers/{uid:str}/joining", name="joinings.create", opt=OPT)
async def create_joining(
    request: Request[Visit, Any, Any], uid: FromPath[str], signed: SignedDep
) -> Response[Any]:
    form = JoiningForm.read(await request.form())
    if form.errors:
        return await show(signed.programme_id, uid, form, status=422)
    who, by = await known(signed.programme_id, uid), request.user.staff.actor
    moved = await join(signed.programme_id, who.id, by=by, reason=form.fields.reason, key=form.key)
    return await done(request, moved.sentence, back=f"/admin/customers/{uid}", undo=moved.action.uid)


async def show(programme_id: int, uid: str, form: JoiningForm, *, status: int = 200) -> Page:
    about = await consequences(programme_id, uid, CustomerType.MEMBER)
    return page("admin/joinings/new.html#form", status=status, about=about, form=form)
