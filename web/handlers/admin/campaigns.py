"""Engage → Campaigns: all of them, a new one, and one as it goes. PRODUCT M."""

from dataclasses import replace
from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from db.enums import ContactChannel, LeftOut
from loyalty.automations import stored as automations
from loyalty.campaigns import arriving, audience, codes, drafting, listing, stored
from loyalty.campaigns.stored import Campaign
from loyalty.errors import LoyaltyError, NotFound
from loyalty.rewards import catalogue
from web.attempts import attempt
from web.auth import SignedDep, Visit
from web.forms.campaigns import AudienceForm, ObjectiveForm
from web.templating import Page, page

INDEX = "/admin/campaigns"
NEW = "admin/campaigns/new.html#form"
READ, EDIT = {"action": "campaigns.read"}, {"action": "campaigns.edit"}
AnyRequest = Request[Visit, Any, Any]


@get("/campaigns", name="campaigns.index", opt=READ)
async def list_campaigns(request: AnyRequest, signed: SignedDep) -> Page:
    found = await listing.listing(signed.programme_id, request.query_params.get("at"))
    return page("admin/campaigns/index.html", found=found)


@get("/campaigns/new", name="campaigns.new", opt=EDIT)
async def new_campaign() -> Page:
    return page(NEW, form=ObjectiveForm())


@post("/campaigns", name="campaigns.create", opt=EDIT)
async def create_campaign(request: AnyRequest, signed: SignedDep) -> Response[Any]:
    form, by = ObjectiveForm.read(await request.form()), request.user.staff.actor
    if form.errors:
        return page(NEW, status=422, form=form)
    sent = form.fields
    begun = await attempt(drafting.begin(signed.programme_id, sent.name, sent.objective, by=by, key=form.key))
    if isinstance(begun, LoyaltyError):
        form.errors[begun.field or "name"] = str(begun)
        return page(NEW, status=begun.status, form=form)
    return Redirect(f"{INDEX}/{begun.campaign.uid}/audience", status_code=303)


@get("/campaigns/{uid:str}", name="campaigns.show", opt=READ)
async def show_campaign(request: AnyRequest, uid: FromPath[str], signed: SignedDep) -> Response[Any]:
    query = request.query_params
    found = await listing.progress(signed.programme_id, uid, query.get("only", ""), query.get("at"))
    if found.campaign.automation_id:
        return Redirect(await home_of(signed.programme_id, found.campaign))
    if found.campaign.is_draft:
        return Redirect(f"{INDEX}/{uid}/review")
    return page(
        "admin/campaigns/show.html#campaign",
        found=found,
        campaign=found.campaign,
        at=query.get("at"),
        went=arriving.together(await arriving.by_arm(signed.programme_id, (found.campaign,))),
        rewards=await reward_names(signed.programme_id),
        pool=await codes.pool(signed.programme_id, found.campaign.id),
    )


@get("/campaigns/{uid:str}/audience/people", name="campaigns.people", opt=READ)
async def list_audience(request: AnyRequest, uid: FromPath[str], signed: SignedDep) -> Page:
    query = request.query_params
    campaign, why = await stored.find(signed.programme_id, uid), query.get("why", "")
    if why and why not in list(LeftOut):
        raise NotFound("Nobody is left out for such a reason.")
    reason, among, picked = LeftOut(why) if why else None, None, ""
    if "whom" in query:  # chosen, but not saved yet
        form = AudienceForm.read(query)
        campaign = replace(campaign, everybody=form.whom == "all")
        among, picked = audience.tried(signed.programme_id, form.chosen, form.without), form.address
    channel = next((each for each in ContactChannel if each == query.get("by")), None)
    by = (channel, reason) if channel else None
    found = await audience.people(signed.programme_id, campaign, reason, query.get("at"), among, by)
    return page(
        "admin/campaigns/people.html", campaign=campaign, why=reason, by=channel, found=found, picked=picked
    )


async def home_of(programme_id: int, campaign: Campaign) -> str:
    """Where one looks at it: its own page, or that of its automation."""
    if campaign.automation_id is None:
        return f"{INDEX}/{campaign.uid}"
    return f"/admin/automations/{(await automations.get(programme_id, campaign.automation_id)).uid}"


async def reward_names(programme_id: int) -> dict[str, str]:
    """What rewards are called, by public id."""
    return {reward.uid: reward.about.name for reward in await catalogue.listed(programme_id)}
