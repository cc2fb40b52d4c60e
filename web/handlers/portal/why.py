"""/why/{token}: the link at the end of a campaign's message, which says why its reader got it. PRODUCT M5."""

from litestar import get
from litestar.params import FromPath

from loyalty import programmes
from loyalty.campaigns import explaining
from loyalty.errors import LoyaltyError
from web.attempts import attempt
from web.handlers.portal.unsubscribing import NO_STORE, refused
from web.members import MemberPage, member_page
from web.permissions import PUBLIC


@get("/why/{token:str}", name="campaigns.why", opt={"action": PUBLIC})
async def show_why(token: FromPath[str]) -> MemberPage:
    asked = await attempt(explaining.asked(token))
    if isinstance(asked, LoyaltyError):
        return refused(asked)
    shop = await programmes.get(asked.why.programme_id)
    return member_page("portal/why/show.html", headers=NO_STORE, shop=shop, why=asked.why, links=asked.links)
