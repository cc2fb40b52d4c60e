"""Rewards: what can be had, redeeming, and the codes one holds. PRODUCT C8, E2, E3."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from loyalty.errors import LoyaltyError, NotFound
from loyalty.rewards import catalogue
from loyalty.rewards.holdings import Holding, holding, holdings
from loyalty.rewards.redeeming import redeem
from loyalty.rewards.shelf import Shelf, shelf
from web import pictures
from web.attempts import attempt
from web.auth import Visit
from web.forms.member_redemptions import MemberRedemptionForm
from web.members import MemberPage, member_page
from web.permissions import MEMBER

MemberRequest = Request[Visit, Any, Any]
OPT = {"action": MEMBER}
GONE = "This reward isn’t offered any more."


@get("/rewards", name="portal.rewards", opt=OPT)
async def list_rewards(request: MemberRequest) -> MemberPage:
    visit = request.user
    found = await shelf(visit.programme.id, visit.member.uid)
    everything = request.query_params.get("show") == "all"
    return member_page("portal/rewards/index.html", shelf=found, everything=everything)


@get("/rewards/mine", name="portal.codes", opt=OPT)
async def list_codes(request: MemberRequest) -> MemberPage:
    found = await holdings(request.user.programme.id, request.user.member.uid)
    return member_page("portal/rewards/mine.html", held=found)


@get("/rewards/mine/{uid:str}", name="portal.copy", opt=OPT)
async def show_code(request: MemberRequest, uid: FromPath[str]) -> MemberPage:
    held = await own(request.user, uid)
    bars = pictures.code128(held.copy.code)
    return member_page(
        "portal/rewards/code.html", held=held, bars=bars, headers={"Cache-Control": "no-store"}
    )


@get("/rewards/{uid:str}/redemption", name="portal.redemption", opt=OPT)
async def new_redemption(request: MemberRequest, uid: FromPath[str]) -> MemberPage:
    found = await shelf(request.user.programme.id, request.user.member.uid)
    return redemption_page(found, uid, MemberRedemptionForm())


@post("/rewards/{uid:str}/redemption", name="portal.redeem", opt=OPT)
async def create_redemption(request: MemberRequest, uid: FromPath[str]) -> Response[Any]:
    form, visit = MemberRedemptionForm.read(await request.form()), request.user
    shown = None if form.errors else form.fields.price
    me, programme_id = visit.member, visit.programme.id
    reward = await catalogue.find(programme_id, uid)
    # The key is one browser's own: another member's form with it must find nothing.
    key = f"{me.uid}:{form.key}"
    got = await attempt(redeem(programme_id, me.id, reward.id, by=me.actor, key=key, shown=shown))
    if isinstance(got, LoyaltyError):
        form.errors["reward"] = str(got)
        found = await shelf(programme_id, me.uid)
        return redemption_page(found, uid, form, status=got.status)
    return Redirect(f"/portal/rewards/mine/{got.uid}", status_code=303)


def redemption_page(found: Shelf, uid: str, form: MemberRedemptionForm, *, status: int = 200) -> MemberPage:
    offer = found.offer(uid)
    if offer is None:
        raise NotFound(GONE)
    return member_page("portal/rewards/redemption.html", status=status, shelf=found, offer=offer, form=form)


async def own(visit: Visit, uid: str) -> Holding:
    """A copy of this member's. Raises NotFound for anybody else's."""
    held = await holding(visit.programme.id, uid)
    if held.copy.customer_id != visit.member.id:
        raise NotFound("There is no such reward in this programme.")
    return held
