"""The member's front page. PRODUCT A1, L."""

from typing import Any

from litestar import Request, get

from db.enums import CustomerType
from web.auth import Visit
from web.forms.sign_ins import JoinForm
from web.members import MemberPage, member_page
from web.permissions import MEMBER

STRANGERS = {CustomerType.GUEST: "portal/front/guest.html", CustomerType.LEFT: "portal/front/left.html"}
"""Who has no home here: a guest never sees a balance, who has left neither."""


@get("/", name="portal.home", opt={"action": MEMBER})
async def show_home(request: Request[Visit, Any, Any]) -> MemberPage:
    return await home_page(request.user, JoinForm())


async def home_page(visit: Visit, form: JoinForm, *, status: int = 200) -> MemberPage:
    stranger = STRANGERS.get(visit.member.type)
    if stranger:
        return member_page(stranger, status=status, form=form)
    return member_page("portal/front/show.html")
