"""The member's front page, and the card to show at the till. PRODUCT A1, E5, L."""

from typing import Any

from litestar import Request, get

from db.enums import CustomerType
from loyalty import messages
from loyalty.customers import cards
from loyalty.members.home import home
from loyalty.settings import settings
from loyalty.surveys import screens
from web import pictures
from web.auth import Visit
from web.forms.sign_ins import JoinForm
from web.members import MemberPage, member_page
from web.permissions import MEMBER

MemberRequest = Request[Visit, Any, Any]
OPT = {"action": MEMBER}
STRANGERS = {CustomerType.GUEST: "portal/front/guest.html", CustomerType.LEFT: "portal/front/left.html"}
"""Who has no home here: a guest never sees a balance, who has left neither."""


@get("/", name="portal.home", opt={**OPT, "anybody": True})
async def show_home(request: MemberRequest) -> MemberPage:
    return await home_page(request.user, JoinForm())


@get("/card", name="portal.card", opt=OPT)
async def show_card(request: MemberRequest) -> MemberPage:
    visit = request.user
    card = await cards.card(visit.programme.id, visit.member.id)
    return member_page("portal/cards/show.html", card=card, qr=pictures.qr(card.code))


async def home_page(visit: Visit, form: JoinForm, *, status: int = 200) -> MemberPage:
    stranger = STRANGERS.get(visit.member.type)
    if stranger:
        return member_page(stranger, status=status, form=form)
    found = await home(visit.programme, visit.member.id)
    link = f"{settings().base_url}/r/{found.inviting.code}" if found.inviting else ""
    parts = await screens.unanswered(visit.programme.id, visit.member.id)
    qr = pictures.qr(found.card.code)
    news = await messages.newest(visit.programme.id, visit.member.id)
    return member_page("portal/front/show.html", home=found, link=link, qr=qr, parts=parts, news=news)
