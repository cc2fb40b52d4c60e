"""Activating, pausing, archiving and ordering earning rules. PRODUCT I2."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath

from db.enums import RuleStatus
from loyalty import calendar
from loyalty.earning import catalogue, switching
from loyalty.earning.names import names
from loyalty.errors import LoyaltyError
from web.answers import done
from web.attempts import attempt
from web.auth import SignedDep, Visit
from web.forms.earning_rules import SwitchForm
from web.templating import Page, page

OPT = {"action": "earning.edit"}
HOME = "/admin/earning-rules"
AnyRequest = Request[Visit, Any, Any]


@get("/earning-rules/{uid:str}/activation/new", name="earning_activations.new", opt=OPT)
async def new_activation(uid: FromPath[str], signed: SignedDep) -> Page:
    rule, form = await catalogue.rule(signed.programme_id, uid), SwitchForm()
    form.version = rule.guard
    return await show(rule, form, signed.programme_id)


@post("/earning-rules/{uid:str}/activation", name="earning_activations.create", opt=OPT)
async def create_activation(request: AnyRequest, uid: FromPath[str], signed: SignedDep) -> Response[Any]:
    return await switch(request, uid, signed.programme_id, RuleStatus.ACTIVE)


@post("/earning-rules/{uid:str}/pause", name="earning_pauses.create", opt=OPT)
async def create_pause(request: AnyRequest, uid: FromPath[str], signed: SignedDep) -> Response[Any]:
    return await switch(request, uid, signed.programme_id, RuleStatus.PAUSED)


@post("/earning-rules/{uid:str}/archival", name="earning_archivals.create", opt=OPT)
async def create_archival(request: AnyRequest, uid: FromPath[str], signed: SignedDep) -> Response[Any]:
    return await switch(request, uid, signed.programme_id, RuleStatus.ARCHIVED)


@post("/earning-rules/{uid:str}/moves/{way:str}", name="earning_moves.create", opt=OPT)
async def create_move(
    request: AnyRequest, uid: FromPath[str], way: FromPath[str], signed: SignedDep
) -> Response[Any]:
    moved = await switching.move(signed.programme_id, uid, up=way == "up", by=request.user.staff.actor)
    return await done(request, moved.sentence, back=HOME, undo=moved.action.uid)


async def switch(request: AnyRequest, uid: str, programme_id: int, to: RuleStatus) -> Response[Any]:
    """Bring the rule there, or show the form again with what stands in the way."""
    form, rule = SwitchForm.read(await request.form()), await catalogue.rule(programme_id, uid)
    if form.errors:
        return await show(rule, form, programme_id, status=422)
    verb = switching.switch(
        programme_id,
        uid,
        to,
        version=form.version if form.version is not None else -1,
        by=request.user.staff.actor,
        key=form.key,
        effective_from=calendar.begins(request.user.programme, form.fields.effective),
    )
    switched = await attempt(verb)
    if isinstance(switched, LoyaltyError):
        form.errors["effective"], form.version = str(switched), rule.guard
        return await show(rule, form, programme_id, status=switched.status)
    return await done(request, switched.sentence, back=f"{HOME}/{uid}", undo=switched.action.uid)


async def show(rule: catalogue.RuleView, form: SwitchForm, programme_id: int, *, status: int = 200) -> Page:
    known = await names(programme_id)
    return page("admin/earning_rules/activation.html#form", status=status, rule=rule, form=form, names=known)
