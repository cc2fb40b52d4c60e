"""Changed tiers: kept as a draft, shown with who would move where, and put in force. PRODUCT F3."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from loyalty.errors import LoyaltyError
from loyalty.ladder import ladder
from loyalty.tiers import drafting
from web.answers import done
from web.attempts import attempt
from web.auth import SignedDep, Visit
from web.forms.confirming import ConfirmForm
from web.forms.tiers import TiersForm
from web.handlers.admin.tiers import show_form
from web.templating import Page, page

OPT = {"action": "programme.manage"}
DRAFTS = "/tiers/drafts"
AnyRequest = Request[Visit, Any, Any]


@post(DRAFTS, name="tier_drafts.create", opt=OPT)
async def create_tier_draft(request: AnyRequest, signed: SignedDep) -> Response[Any]:
    now, sent = await ladder(signed.programme_id), await request.form()
    metals = {rung.tier.uid: rung.tier.metal for rung in now.rungs}
    form = TiersForm.of(sent, currency=request.user.programme.currency, metals=metals)
    if "more" in sent:
        form.add()
        return await show_form(signed.programme_id, form, now)
    if form.errors:
        return await show_form(signed.programme_id, form, now, status=422)
    by = request.user.staff.actor
    kept = await attempt(
        drafting.keep(signed.programme_id, form.fields.policy, form.drafts, seen=form.seen, by=by)
    )
    if isinstance(kept, LoyaltyError):
        form.errors["all"] = str(kept)
        return await show_form(signed.programme_id, form, now, status=kept.status)
    return Redirect(f"/admin{DRAFTS}/{kept}", status_code=303)


@get(DRAFTS + "/{uid:str}", name="tier_drafts.show", opt=OPT)
async def show_tier_draft(uid: FromPath[str], signed: SignedDep) -> Page:
    return await show(signed.programme_id, uid)


@get(DRAFTS + "/{uid:str}/movers", name="tier_drafts.movers", opt=OPT)
async def list_movers(request: AnyRequest, uid: FromPath[str], signed: SignedDep) -> Page:
    drafted, query = await drafting.find(signed.programme_id, uid), request.query_params
    steps = [int(query.get(end, "")) if query.get(end, "").isdecimal() else 0 for end in ("from", "to")]
    found = await drafting.people(signed.programme_id, drafted, steps[0], steps[1], query.get("at"))
    ends = (names_of(drafted)[0].get(steps[0]), names_of(drafted)[1].get(steps[1]))
    return page("admin/tier_drafts/movers.html", drafted=drafted, found=found, steps=steps, ends=ends)


@post(DRAFTS + "/{uid:str}/enactment", name="tier_drafts.enact", opt=OPT)
async def enact_tier_draft(request: AnyRequest, uid: FromPath[str], signed: SignedDep) -> Response[Any]:
    form, by = ConfirmForm.read(await request.form()), request.user.staff.actor
    saved = await attempt(drafting.put_in_force(signed.programme_id, uid, by=by, key=form.key))
    if isinstance(saved, LoyaltyError):
        return await show(signed.programme_id, uid, refused=str(saved), status=saved.status)
    return await done(request, saved.sentence, back="/admin/tiers", undo=saved.action.uid)


async def show(programme_id: int, uid: str, *, refused: str = "", status: int = 200) -> Page:
    drafted = await drafting.find(programme_id, uid)
    moves = await drafting.moves(programme_id, drafted)
    return page(
        "admin/tier_drafts/show.html",
        status=status,
        drafted=drafted,
        moves=moves,
        refused=refused,
        form=ConfirmForm(),
    )


def names_of(drafted: drafting.Drafted) -> tuple[dict[int, str], dict[int, str]]:
    """Names of the tiers by their step, as they are and as they would be."""
    before = {step: tier.level.name for step, tier in enumerate(drafted.now.tiers, start=1)}
    return before, {step: tier.name for step, tier in enumerate(drafted.tiers, start=1)}
