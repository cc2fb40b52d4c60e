"""Earning rules: the list, one rule with its versions, a new rule, a next version. PRODUCT I1, I2."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath

from loyalty import calendar
from loyalty.dry_runs import results
from loyalty.earning import catalogue, editing
from loyalty.earning.names import EarningNames, names
from loyalty.errors import LoyaltyError, Stale
from loyalty.products.known import categories
from web.answers import done
from web.attempts import attempt
from web.auth import SignedDep, Visit
from web.forms.earning_rules import RuleForm
from web.templating import Page, page

READ, EDIT = {"action": "earning.read"}, {"action": "earning.edit"}
HOME = "/admin/earning-rules"
AnyRequest = Request[Visit, Any, Any]


@get("/earning-rules", name="earning_rules.index", opt=READ)
async def list_rules(signed: SignedDep) -> Page:
    found, known = await catalogue.rules(signed.programme_id), await names(signed.programme_id)
    return page("admin/earning_rules/index.html", found=found, names=known)


@get("/earning-rules/new", name="earning_rules.new", opt=EDIT)
async def new_rule(request: AnyRequest, signed: SignedDep) -> Page:
    known = await names(signed.programme_id)
    return await show(request, RuleForm.blank(request.user.programme.currency, known), known)


@post("/earning-rules", name="earning_rules.create", opt=EDIT)
async def create_rule(request: AnyRequest, signed: SignedDep) -> Response[Any]:
    form, known = await read(request, signed.programme_id)
    if form.errors:
        return await show(request, form, known, status=422)
    verb = editing.create(
        signed.programme_id,
        form.definition,
        by=request.user.staff.actor,
        key=form.key,
        draft=form.fields.status == "draft",
        effective_from=calendar.begins(request.user.programme, form.fields.effective),
    )
    made = await attempt(verb)
    if isinstance(made, LoyaltyError):
        form.refuse(made)
        return await show(request, form, known, status=made.status)
    return await done(request, made.sentence, back=f"{HOME}/{made.uid}", undo=made.action.uid)


@get("/earning-rules/{uid:str}", name="earning_rules.show", opt=READ)
async def show_rule(uid: FromPath[str], signed: SignedDep) -> Page:
    rule, known = await catalogue.rule(signed.programme_id, uid), await names(signed.programme_id)
    runs = await results.recent(signed.programme_id, uid)
    return page("admin/earning_rules/show.html", rule=rule, names=known, form=RuleForm(), runs=runs)


@get("/earning-rules/{uid:str}/versions/new", name="earning_rules.edit", opt=EDIT)
async def new_version(request: AnyRequest, uid: FromPath[str], signed: SignedDep) -> Page:
    rule, source = await catalogue.rule(signed.programme_id, uid), request.query_params.get("source")
    said = rule.latest.definition
    if source:  # go on with what a dry-run tried
        said = (await results.result(signed.programme_id, source)).run.definition
    known = await names(signed.programme_id)
    form = RuleForm.of(said, request.user.programme.currency, known, version=rule.guard)
    return await show(request, form, known, rule)


@post("/earning-rules/{uid:str}/versions", name="earning_rules.revise", opt=EDIT)
async def create_version(request: AnyRequest, uid: FromPath[str], signed: SignedDep) -> Response[Any]:
    rule = await catalogue.rule(signed.programme_id, uid)
    form, known = await read(request, signed.programme_id, rule)
    if form.errors:
        return await show(request, form, known, rule, status=422)
    verb = editing.revise(
        signed.programme_id,
        uid,
        form.definition,
        version=form.version if form.version is not None else -1,
        by=request.user.staff.actor,
        key=form.key,
        effective_from=calendar.begins(request.user.programme, form.fields.effective),
    )
    saved = await attempt(verb)
    if isinstance(saved, LoyaltyError):
        form.refuse(saved, rule.guard)
        return await show(request, form, known, rule, status=saved.status)
    return await done(request, saved.sentence, back=f"{HOME}/{uid}", undo=saved.action.uid)


async def read(
    request: AnyRequest, programme_id: int, rule: catalogue.RuleView | None = None
) -> tuple[RuleForm, EarningNames]:
    """The form and what it may choose from; a store or tier the rule already names stays allowed."""
    form, known = RuleForm.read(await request.form()), await names(programme_id)
    form.judge(request.user.programme.currency, known, rule.latest.definition if rule else None)
    return form, known


async def show(
    request: AnyRequest,
    form: RuleForm,
    known: EarningNames,
    rule: catalogue.RuleView | None = None,
    *,
    status: int = 200,
) -> Page:
    theirs = rule.latest.definition if rule and status == Stale.status and form.judged else None
    return page(
        "admin/earning_rules/form.html",
        status=status,
        form=form,
        names=known,
        rule=rule,
        theirs=theirs,
        shelves=await categories(request.user.programme.id),
    )
