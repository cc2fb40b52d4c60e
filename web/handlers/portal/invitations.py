"""Refer: the member's link, and how it went. PRODUCT G1."""

from typing import Any

from litestar import Request, get

from loyalty.members.inviting import friends, own
from loyalty.settings import settings
from web.auth import Visit
from web.members import MemberPage, member_page
from web.permissions import MEMBER


@get("/refer", name="portal.refer", opt={"action": MEMBER})
async def show_invitation(request: Request[Visit, Any, Any]) -> MemberPage:
    programme_id, me = request.user.programme.id, request.user.member
    inviting = await own(programme_id, me.id) if me.is_member else None
    found = await friends(programme_id, me.id, request.query_params.get("at"))
    link = f"{settings().base_url}/r/{inviting.code}" if inviting else ""
    return member_page("portal/invitations/show.html", inviting=inviting, friends=found, link=link)
