"""Every change of a member's points, in words meant for them. PRODUCT C1, D2, J1, O3."""

from typing import Any

from litestar import Request, get

from loyalty.activities.history import activity
from loyalty.customers.profile import lots
from loyalty.ledger.balances import balance
from loyalty.members.expiring import schedule
from web.auth import Visit
from web.members import MemberPage, member_page
from web.permissions import MEMBER

MemberRequest = Request[Visit, Any, Any]
OPT = {"action": MEMBER}


@get("/activity", name="portal.activity", opt=OPT)
async def list_activity(request: MemberRequest) -> MemberPage:
    visit = request.user
    programme_id, uid = visit.programme.id, visit.member.uid
    found = await activity(programme_id, uid, None, request.query_params.get("at"))
    ending = schedule(await lots(programme_id, uid), visit.programme.time_zone)
    return member_page("portal/activity/index.html", found=found, ending=ending)


@get("/activity/balance", name="portal.balance", opt=OPT)
async def explain_balance(request: MemberRequest) -> MemberPage:
    visit = request.user
    programme_id, me = visit.programme.id, visit.member
    has = await balance(programme_id, me.id)
    return member_page("portal/activity/balance.html", has=has, lots=await lots(programme_id, me.uid))
