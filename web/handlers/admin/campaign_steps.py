"""The steps of a campaign, each an address: objective, audience, offer, message, schedule, review. PRODUCT M1."""

from collections.abc import Awaitable
from dataclasses import replace
from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from db.enums import RewardStatus
from loyalty.campaigns import audience, checking, codes, editing, leaving, stored, testing
from loyalty.campaigns.outlook import outlook
from loyalty.campaigns.recording import Saved
from loyalty.campaigns.stored import Campaign
from loyalty.endpoints import setting
from loyalty.errors import LoyaltyError
from loyalty.rewards import catalogue
from loyalty.rules.campaigns import fields
from loyalty.rules.days import zone
from loyalty.segments import listing as segments
from web import campaign_words, htmx
from web.attempts import attempt
from web.auth import SignedDep, Visit
from web.forms import campaigns as forms
from web.forms.campaign_moves import PressForm
from web.forms.campaigns import (
    AudienceForm,
    MessageForm,
    ObjectiveForm,
    OfferForm,
    PaceForm,
    StepForm,
)
from web.handlers.admin.campaigns import EDIT, INDEX, READ, home_of, reward_names
from web.templating import page
from web.uploads import sheet

LOOKS = {"look": "seen", "count": "reached"}
"""Parts of the message's page that follow what is typed, by what is asked."""

AnyRequest = Request[Visit, Any, Any]


@get("/campaigns/{uid:str}/objective", name="campaigns.objective", opt=EDIT)
async def show_objective(request: AnyRequest, uid: FromPath[str], signed: SignedDep) -> Response[Any]:
    campaign = await stored.find(signed.programme_id, uid)
    return await show(request, "objective", campaign, ObjectiveForm.of(campaign))


@post("/campaigns/{uid:str}/objective", name="campaigns.describe", opt=EDIT)
async def save_objective(request: AnyRequest, uid: FromPath[str], signed: SignedDep) -> Response[Any]:
    form, by = ObjectiveForm.read(await request.form()), request.user.staff.actor
    if form.errors:
        return await again(request, "objective", uid, form)
    sent = form.fields
    verb = editing.describe(signed.programme_id, uid, sent.name, sent.objective, version=form.version, by=by)
    return await keep(request, "objective", uid, form, verb)


@get("/campaigns/{uid:str}/audience", name="campaigns.audience", opt=EDIT)
async def show_audience(request: AnyRequest, uid: FromPath[str], signed: SignedDep) -> Response[Any]:
    campaign = await stored.find(signed.programme_id, uid)
    form = AudienceForm.of(campaign, await stored.wanted(signed.programme_id, campaign.id))
    return await show(request, "audience", campaign, form)


@post("/campaigns/{uid:str}/audience", name="campaigns.aim", opt=EDIT)
async def save_audience(request: AnyRequest, uid: FromPath[str], signed: SignedDep) -> Response[Any]:
    sent = await request.form()
    form, by = AudienceForm.read(sent), request.user.staff.actor
    form.arrange((await segments.listing(signed.programme_id)).rows)
    stay = sent.get("do") == "count"
    if stay and htmx.is_partial(request):  # while somebody ticks: nothing is saved
        return await show(request, "audience", await stored.find(signed.programme_id, uid), form)
    verb = editing.aim(
        signed.programme_id,
        uid,
        everybody=form.whom == "all",
        segments=form.chosen,
        without=form.without,
        version=form.version,
        by=by,
    )
    return await keep(request, "audience", uid, form, verb, stay=stay)


@get("/campaigns/{uid:str}/offer", name="campaigns.offer", opt=EDIT)
async def show_offer(request: AnyRequest, uid: FromPath[str], signed: SignedDep) -> Response[Any]:
    campaign = await stored.find(signed.programme_id, uid)
    return await show(request, "offer", campaign, OfferForm.of(campaign))


@post("/campaigns/{uid:str}/offer", name="campaigns.give", opt=EDIT)
async def save_offer(request: AnyRequest, uid: FromPath[str], signed: SignedDep) -> Response[Any]:
    sent, by = await request.form(), request.user.staff.actor
    form = OfferForm.sent(sent, await sheet(sent))
    if form.errors:
        return await again(request, "offer", uid, form)
    verb = editing.offer(
        signed.programme_id,
        uid,
        form.offer,
        brought=form.brought,
        anew=form.fields.anew,
        version=form.version,
        by=by,
    )
    return await keep(request, "offer", uid, form, verb)


@get("/campaigns/{uid:str}/message", name="campaigns.message", opt=EDIT)
async def show_message(request: AnyRequest, uid: FromPath[str], signed: SignedDep) -> Response[Any]:
    campaign = await stored.find(signed.programme_id, uid)
    return await show(request, "message", campaign, MessageForm.of(campaign))


@post("/campaigns/{uid:str}/message", name="campaigns.say", opt=EDIT)
async def save_message(request: AnyRequest, uid: FromPath[str], signed: SignedDep) -> Response[Any]:
    sent = await request.form()
    form, by, part = MessageForm.read(sent), request.user.staff.actor, LOOKS.get(str(sent.get("do")))
    asked = part if htmx.is_partial(request) else None
    if form.errors:
        answer = await again(request, "message", uid, form)
        answer.headers.update(htmx.retarget("#message") if asked else {})
        return answer
    if asked:  # while somebody types: nothing is saved
        return await look(signed.programme_id, uid, form, asked)
    verb = editing.say(
        signed.programme_id,
        uid,
        form.message,
        form.fields.topic,
        form.fields.channels,
        version=form.version,
        by=by,
    )
    return await keep(request, "message", uid, form, verb, stay=part is not None)


async def look(programme_id: int, uid: str, form: MessageForm, part: str) -> Response[Any]:
    """How what is typed reads, or whom it would reach: counting a large audience isn't for every letter."""
    campaign, said = await stored.find(programme_id, uid), form.fields
    typed = replace(campaign, message=form.message, topic=said.topic, channels=said.channels)
    template = f"admin/campaigns/message.html#{part}"
    if part == "seen":
        return page(template, campaign=typed, seen=await testing.preview(programme_id, typed))
    return page(template, campaign=typed, about=await outlook(programme_id, typed))


@get("/campaigns/{uid:str}/schedule", name="campaigns.schedule", opt=EDIT)
async def show_schedule(request: AnyRequest, uid: FromPath[str], signed: SignedDep) -> Response[Any]:
    campaign = await stored.find(signed.programme_id, uid)
    form = PaceForm.of(campaign, zone(request.user.programme.time_zone))
    return await show(request, "schedule", campaign, form)


@post("/campaigns/{uid:str}/schedule", name="campaigns.pace", opt=EDIT)
async def save_schedule(request: AnyRequest, uid: FromPath[str], signed: SignedDep) -> Response[Any]:
    form, by = PaceForm.read(await request.form()), request.user.staff.actor
    terms = form.terms(zone(request.user.programme.time_zone))
    if terms is None:
        return await again(request, "schedule", uid, form)
    verb = editing.pace(signed.programme_id, uid, **terms, version=form.version, by=by)
    return await keep(request, "schedule", uid, form, verb)


@get("/campaigns/{uid:str}/review", name="campaigns.review", opt=READ)
async def show_review(request: AnyRequest, uid: FromPath[str], signed: SignedDep) -> Response[Any]:
    p, read_as = signed.programme_id, request.query_params.get("as", "")
    campaign = await stored.find(p, uid)
    if campaign.automation_id or not campaign.is_draft:
        return Redirect(await home_of(p, campaign))
    return page(
        "admin/campaigns/review.html",
        campaign=campaign,
        step="review",
        about=await outlook(p, campaign),
        seen=await testing.preview(p, campaign, read_as),
        general=await testing.preview(p, campaign, read_as, general=True) if campaign.broadcast else None,
        read_as=read_as,
        rewards=await reward_names(p),
        pool=await codes.pool(p, campaign.id),
        press=PressForm(),
    )


async def keep(
    request: AnyRequest, step: str, uid: str, form: StepForm, verb: Awaitable[Saved], *, stay: bool = False
) -> Response[Any]:
    """Save a step and go on to the next, or stay."""
    saved = await attempt(verb)
    if isinstance(saved, LoyaltyError):
        return await again(request, step, uid, form, saved)
    names = tuple(campaign_words.steps(saved.campaign))
    to = step if stay else names[names.index(step) + 1]
    return Redirect(f"{INDEX}/{uid}/{to}", status_code=303)


async def again(
    request: AnyRequest, step: str, uid: str, form: StepForm, refusal: LoyaltyError | None = None
) -> Response[Any]:
    """The step as it was typed, with what is wrong; what somebody else saved meanwhile stands beside it."""
    campaign = await stored.find(request.user.programme.id, uid)
    if refusal is not None:
        if not campaign.is_draft or await leaving.running(request.user.programme.id, campaign):
            raise refusal
        form.errors[refusal.field or "all"] = str(refusal)
    if refusal is not None and refusal.status == 409:
        form.version = campaign.version
        form.theirs = forms.differing(form, await saved_form(request, step, campaign))
    return await show(request, step, campaign, form, status=refusal.status if refusal else 422)


async def saved_form(request: AnyRequest, step: str, campaign: Campaign) -> StepForm:
    """The step as it is saved."""
    programme = request.user.programme
    match step:
        case "audience":
            form = AudienceForm.of(campaign, await stored.wanted(programme.id, campaign.id))
            form.arrange((await segments.listing(programme.id)).rows)
            return form
        case "schedule":
            return PaceForm.of(campaign, zone(programme.time_zone))
        case "offer":
            return OfferForm.of(campaign)
        case "message":
            return MessageForm.of(campaign)
        case _:
            return ObjectiveForm.of(campaign)


async def show(
    request: AnyRequest, step: str, campaign: Campaign, form: StepForm, *, status: int = 200
) -> Response[Any]:
    """A step with what its page shows beside the form. A campaign that is no draft any more has no steps."""
    p = request.user.programme.id
    if not campaign.is_draft or await leaving.running(p, campaign):
        return Redirect(await home_of(p, campaign))
    if step not in campaign_words.steps(campaign):
        return Redirect(f"{INDEX}/{campaign.uid}/trigger")
    more: dict[str, Any] = {}
    match step:
        case "audience":
            found = (await segments.listing(p)).rows
            assert isinstance(form, AudienceForm)
            among = audience.tried(p, form.chosen, form.without)
            about = await outlook(p, replace(campaign, everybody=form.whom == "all"), among)
            more = {"segments": found, "about": about, "picked": form.address}
        case "offer":
            more = {
                "offered": await catalogue.listed(p, RewardStatus.ACTIVE),
                "pool": await codes.pool(p, campaign.id),
            }
        case "message":
            names = (*fields.NAMES, *(fields.PREFERENCE + key for key in await checking.questions(p)))
            more = {
                "names": names,
                "seen": await testing.preview(p, campaign),
                "about": await outlook(p, campaign),
                "endpoint": await setting.is_set(p),
            }
        case "schedule" if campaign.automation_id is None:
            more = {"about": await outlook(p, campaign)}
    template, room = f"admin/campaigns/{step}.html#step", campaign_words.room(campaign)
    return page(template, status=status, campaign=campaign, step=step, form=form, room=room, **more)
