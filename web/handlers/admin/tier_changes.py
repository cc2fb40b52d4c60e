"""Change tier by hand. PRODUCT F2."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath

from loyalty.errors import LoyaltyError
from loyalty.tiers.changing import change, held_until
from loyalty.tiers.choosing import Choice, choice
from web.answers import done
from web.attempts import attempt
from web.auth import SignedDep, Visit
from web.forms.standing import TierChangeForm
from web.templating import Page, page

OPT = {"action": "tiers.give"}
AnyRequest = Request[Visit, Any, Any]


@get("/customers/{uid:str}/tier-changes/new", name="tier_changes.new", opt=OPT)
async def new_tier_change(uid: FromPath[str], signed: SignedDep) -> Page:
    about = await choice(signed.programme_id, uid)
    return show(about, TierChangeForm.blank(about))


@post("/customers/{uid:str}/tier-changes", name="tier_changes.create", opt=OPT)
async def create_tier_change(request: AnyRequest, uid: FromPath[str], signed: SignedDep) -> Response[Any]:
    form = TierChangeForm.read(await request.form())
    about = await choice(signed.programme_id, uid)
    if form.errors:
        return show(about, form, status=422)
    sent = form.fields
    verb = change(
        signed.programme_id,
        about.id,
        sent.tier,
        by=request.user.staff.actor,
        key=form.key,
        notes=sent.notes,
        until=held_until(request.user.programme, sent.until),
        trigger_rewards=sent.trigger,
        every_tier_passed=sent.rewards == "every",
    )
    changed = await attempt(verb)
    if isinstance(changed, LoyaltyError):
        form.errors[changed.field or "tier"] = str(changed)
        return show(about, form, status=changed.status)
    return await done(request, changed.sentence, back=f"/admin/customers/{uid}", undo=changed.action.uid)


def show(about: Choice, form: TierChangeForm, *, status: int = 200) -> Page:
    return page("admin/tier_changes/new.html#form", status=status, about=about, form=form)
