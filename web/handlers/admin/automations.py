"""Engage → Automations: all of them, a new one, what starts one, and one as it goes. PRODUCT M5."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from db.enums import RewardStatus
from loyalty.automations import drafting, editing, listing, stored
from loyalty.automations.ready import READY
from loyalty.campaigns import leaving, testing
from loyalty.campaigns import stored as campaigns
from loyalty.campaigns.stored import Campaign
from loyalty.errors import LoyaltyError, NotFound
from loyalty.rewards import catalogue
from loyalty.segments import listing as segments
from loyalty.tiers.schemes import scheme
from web.attempts import attempt
from web.auth import SignedDep, Visit
from web.forms import campaigns as steps
from web.forms.automations import MoveForm, NewForm, TriggerForm
from web.forms.campaign_moves import PressForm
from web.handlers.admin.campaigns import home_of, reward_names
from web.templating import Page, page

INDEX = "/admin/automations"
STEP = "/campaigns/{uid:str}/trigger"
NEW = "admin/automations/new.html#form"
READ, EDIT = {"action": "automations.read"}, {"action": "automations.edit"}
AnyRequest = Request[Visit, Any, Any]


@get("/automations", name="automations.index", opt=READ)
async def list_automations(request: AnyRequest, signed: SignedDep) -> Page:
    found = await listing.listing(signed.programme_id, request.query_params.get("at"))
    return page("admin/automations/index.html", found=found)


@get("/automations/new", name="automations.new", opt=EDIT)
async def new_automation() -> Page:
    return page(NEW, form=NewForm(), ready=READY)


@post("/automations", name="automations.create", opt=EDIT)
async def create_automation(request: AnyRequest, signed: SignedDep) -> Response[Any]:
    form, by = NewForm.read(await request.form()), request.user.staff.actor
    if form.errors:
        return page(NEW, status=422, form=form, ready=READY)
    sent = form.fields
    begun = await attempt(drafting.begin(signed.programme_id, sent.like, sent.name, by=by, key=form.key))
    if isinstance(begun, LoyaltyError):
        form.errors[begun.field or "name"] = str(begun)
        return page(NEW, status=begun.status, form=form, ready=READY)
    made = begun.automation
    to = f"{INDEX}/{made.uid}" if sent.like else f"/admin/campaigns/{made.campaign_uid}/objective"
    return Redirect(to, status_code=303)


@get("/automations/{uid:str}", name="automations.show", opt=READ)
async def show_automation(request: AnyRequest, uid: FromPath[str], signed: SignedDep) -> Page:
    p, query = signed.programme_id, request.query_params
    found = await listing.progress(p, uid, query.get("only", ""), query.get("at"))
    read_as = query.get("as", "")
    return page(
        "admin/automations/show.html#automation",
        found=found,
        automation=found.automation,
        campaign=found.draft,
        at=query.get("at"),
        seen=await testing.preview(p, found.draft, read_as),
        read_as=read_as,
        without=[each.name for each in await campaigns.kept_out(p, found.draft.id)],
        rewards=await reward_names(p),
        press=PressForm(),
        move=MoveForm(),
    )


@get(STEP, name="automations.trigger", opt=EDIT)
async def show_trigger(request: AnyRequest, uid: FromPath[str], signed: SignedDep) -> Response[Any]:
    campaign = await campaigns.find(signed.programme_id, uid)
    form = await saved_form(signed.programme_id, campaign)
    return await show(request, campaign, form)


@post(STEP, name="automations.start", opt=EDIT)
async def save_trigger(request: AnyRequest, uid: FromPath[str], signed: SignedDep) -> Response[Any]:
    p, form, by = signed.programme_id, TriggerForm.read(await request.form()), request.user.staff.actor
    campaign = await campaigns.find(p, uid)
    automation = await automation_of(p, campaign)
    if form.errors:
        return await show(request, campaign, form, status=422)
    sent = form.fields
    named = {"segment": sent.segment, "tier": sent.tier, "reward": sent.reward}
    saved = await attempt(
        editing.change(
            p, automation.uid, form.terms, **named, without=form.without, version=form.version, by=by
        )
    )
    if not isinstance(saved, LoyaltyError):
        return Redirect(f"/admin/campaigns/{uid}/offer", status_code=303)
    form.errors[saved.field or "all"] = str(saved)
    if saved.status == 409:
        form.version, form.theirs = automation.version, steps.differing(form, await saved_form(p, campaign))
    return await show(request, campaign, form, status=saved.status)


async def show(
    request: AnyRequest, campaign: Campaign, form: TriggerForm, *, status: int = 200
) -> Response[Any]:
    """The step with what can be chosen on it. One that is switched on has no steps."""
    p = request.user.programme.id
    if await leaving.running(p, campaign):
        return Redirect(await home_of(p, campaign))
    found = (await segments.listing(p)).rows
    return page(
        "admin/automations/trigger.html#step",
        status=status,
        campaign=campaign,
        step="trigger",
        room=INDEX,
        form=form,
        segments=found,
        named=[(row.uid, row.name) for row in found],
        tiers=[(tier.uid, tier.level.name) for tier in (await scheme(p)).tiers],
        offered=[
            (reward.uid, reward.about.name) for reward in await catalogue.listed(p, RewardStatus.ACTIVE)
        ],
    )


async def saved_form(programme_id: int, campaign: Campaign) -> TriggerForm:
    """The step as it is saved."""
    automation = await automation_of(programme_id, campaign)
    return TriggerForm.of(automation, await campaigns.kept_out(programme_id, campaign.id))


async def automation_of(programme_id: int, campaign: Campaign) -> stored.Automation:
    """Whose draft this is. Raises NotFound for a campaign of its own."""
    if campaign.automation_id is None:
        raise NotFound("This campaign is sent once; nothing starts it.")
    return await stored.get(programme_id, campaign.automation_id)
