"""The inbox: messages of the shop, read by opening them. PRODUCT M1."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from db.enums import ContactChannel
from loyalty import messages
from loyalty.campaigns import explaining, stored, writing
from web import mail_words
from web.auth import PORTAL, Visit
from web.members import MemberPage, member_page
from web.permissions import MEMBER

MemberRequest = Request[Visit, Any, Any]
OPT = {"action": MEMBER}


@get("/messages", name="portal.messages", opt=OPT)
async def list_messages(request: MemberRequest) -> MemberPage:
    visit, at = request.user, request.query_params.get("at")
    found = await messages.listing(visit.programme.id, visit.member.id, at)
    return member_page("portal/messages/index.html", found=found)


@get("/messages/{uid:str}", name="portal.message", opt=OPT)
async def show_message(request: MemberRequest, uid: FromPath[str]) -> MemberPage:
    programme, me, state = request.user.programme, request.user.member, request.scope["state"]
    found = await messages.opened(programme.id, me.id, uid, counts="only_looks" not in state)
    if found.read is None and state.get("unread"):
        state["unread"] -= 1
    campaign = await stored.get(programme.id, found.campaign_id)
    why = await explaining.why(programme.id, me.id, campaign, ContactChannel.PORTAL, at=found.at)
    spoken = writing.language_of(programme)
    body = mail_words.cleaned(found.body)
    return member_page("portal/messages/show.html", found=found, body=body, why=why, spoken=spoken)


@post("/messages/{uid:str}/putting-away", name="portal.put_away", opt=OPT)
async def create_putting_away(request: MemberRequest, uid: FromPath[str]) -> Response[Any]:
    await messages.put_away(request.user.programme.id, request.user.member.id, uid)
    return Redirect(PORTAL, status_code=303)
