"""Inviting somebody to work here, by a one-time link that is shown once. PRODUCT O1."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath

from db.enums import StaffRole
from loyalty import staff
from loyalty.errors import LoyaltyError
from loyalty.settings import settings
from web import abilities
from web.attempts import attempt
from web.auth import SignedDep, Visit
from web.forms.staff import InvitationForm
from web.templating import Page, page

OPT = {"action": "staff.manage"}
NO_STORE = {"Cache-Control": "no-store"}
AnyRequest = Request[Visit, Any, Any]


@get("/staff/invitations/new", name="invitations.new", opt=OPT)
async def new_invitation() -> Page:
    form = InvitationForm()
    form.typed["role"] = StaffRole.SERVICE
    return show(form)


@post("/staff/invitations", name="invitations.create", opt=OPT)
async def create_invitation(request: AnyRequest, signed: SignedDep) -> Response[Any]:
    form = InvitationForm.read(await request.form())
    if form.errors:
        return show(form, status=422)
    sent, by = form.fields, request.user.staff.actor
    added = await attempt(staff.add(signed.programme_id, sent.email, sent.role, name=sent.name, by=by))
    if isinstance(added, LoyaltyError):
        form.errors["email"] = str(added)
        return show(form, status=added.status)
    return await link_page(signed.programme_id, added.account, str(added.link_token))


@post("/staff/{uid:str}/link", name="invitations.link", opt=OPT)
async def create_link(request: AnyRequest, uid: FromPath[str], signed: SignedDep) -> Page:
    account = await staff.get(signed.programme_id, uid)
    token = await staff.sign_in_link(signed.programme_id, uid, by=request.user.staff.actor)
    return await link_page(signed.programme_id, account, token)


async def link_page(programme_id: int, account: staff.Account, token: str) -> Page:
    """The link, for once: only its fingerprint is stored."""
    return page(
        "admin/invitations/created.html#link+people",
        headers=NO_STORE,
        account=account,
        link=staff.link_url(settings().base_url, token),
        people=await staff.listing(programme_id),
        abilities=abilities,
    )


def show(form: InvitationForm, *, status: int = 200) -> Page:
    return page("admin/invitations/new.html#form", status=status, form=form, abilities=abilities)
