"""Trying an earning rule on past orders: asking for it, watching it, reading what it found. PRODUCT I2."""

from datetime import timedelta
from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from loyalty import calendar
from loyalty.dry_runs import results, starting
from loyalty.dry_runs.results import Touched
from loyalty.earning import catalogue
from loyalty.earning.names import names
from loyalty.errors import LoyaltyError
from loyalty.repeats import mark
from loyalty.rules.earning_rules import RuleDefinition
from web import htmx
from web.answers import done
from web.attempts import attempt
from web.auth import SignedDep, Visit
from web.forms.dry_runs import DryRunForm
from web.handlers.admin.earning_rules import read
from web.handlers.admin.earning_rules import show as show_form
from web.templating import Page, page

TRY, READ = {"action": "earning.try"}, {"action": "earning.read"}
AnyRequest = Request[Visit, Any, Any]


@get("/earning-rules/{uid:str}/dry-runs/new", name="dry_runs.new", opt=TRY)
async def new_dry_run(request: AnyRequest, uid: FromPath[str], signed: SignedDep) -> Page:
    today, source = calendar.today(request.user.programme), request.query_params.get("source", "")
    form = DryRunForm.blank(today - timedelta(days=starting.DAYS - 1), today, source)
    return await show_new(signed.programme_id, uid, form)


@post("/earning-rules/{uid:str}/dry-runs", name="dry_runs.create", opt=TRY)
async def create_dry_run(request: AnyRequest, uid: FromPath[str], signed: SignedDep) -> Response[Any]:
    form = DryRunForm.read(await request.form())
    if form.errors:
        return await show_new(signed.programme_id, uid, form, status=422)
    sent, by = form.fields, request.user.staff.actor
    tried = await wording(signed.programme_id, uid, sent.source)
    verb = starting.start(
        signed.programme_id, uid, tried, by=by, key=form.key, first=sent.first, last=sent.last
    )
    started = await attempt(verb)
    if isinstance(started, LoyaltyError):
        form.errors[started.field if started.field in form.typed else "first"] = str(started)
        return await show_new(signed.programme_id, uid, form, status=started.status)
    return follow(request, f"/admin/dry-runs/{started.uid}")


@post("/earning-rules/{uid:str}/versions/trial", name="dry_runs.try_edit", opt=TRY)
async def try_edit(request: AnyRequest, uid: FromPath[str], signed: SignedDep) -> Response[Any]:
    """Try what is typed into the form of a rule, over the usual days, without saving it."""
    rule = await catalogue.rule(signed.programme_id, uid)
    form, known = await read(request, signed.programme_id, rule)
    if form.errors:
        return await show_form(request, form, known, rule, status=422)
    # One page may try several wordings: the key is the page's and the wording's.
    asked = mark(form.key, form.definition.to_dict()).asked
    by, key = request.user.staff.actor, f"trial:{form.key}:{asked}"
    started = await attempt(starting.start(signed.programme_id, uid, form.definition, by=by, key=key))
    if isinstance(started, LoyaltyError):
        form.refuse(started, form.version)
        return await show_form(request, form, known, rule, status=started.status)
    return follow(request, f"/admin/dry-runs/{started.uid}")


@get("/dry-runs/{uid:str}", name="dry_runs.show", opt=READ)
async def show_dry_run(request: AnyRequest, uid: FromPath[str], signed: SignedDep) -> Page:
    query = request.query_params
    kind = next((each for each in Touched if each == query.get("show")), None)
    found = await results.result(signed.programme_id, uid, kind, query.get("at"))
    return page("admin/dry_runs/show.html#outcome", found=found, names=await names(signed.programme_id))


@post("/dry-runs/{uid:str}/cancellation", name="dry_runs.cancel", opt=TRY)
async def create_cancellation(request: AnyRequest, uid: FromPath[str], signed: SignedDep) -> Response[Any]:
    await starting.cancel(signed.programme_id, uid, by=request.user.staff.actor)
    return await done(request, "The dry-run was cancelled", back=f"/admin/dry-runs/{uid}")


async def wording(programme_id: int, uid: str, source: str) -> RuleDefinition:
    """What an earlier run tried, or what the rule's newest version says."""
    if source:
        return (await results.result(programme_id, source)).run.definition
    return (await catalogue.rule(programme_id, uid)).latest.definition


async def show_new(programme_id: int, uid: str, form: DryRunForm, *, status: int = 200) -> Page:
    tried = await wording(programme_id, uid, form.typed["source"])
    rule, known = await catalogue.rule(programme_id, uid), await names(programme_id)
    return page("admin/dry_runs/new.html#form", status=status, rule=rule, names=known, form=form, tried=tried)


def follow(request: AnyRequest, path: str) -> Response[Any]:
    """Go to what was started: the whole browser, also from the dialog."""
    if htmx.is_partial(request):
        return Response(b"", status_code=200, media_type="text/html", headers=htmx.redirect(path))
    return Redirect(path, status_code=303)
