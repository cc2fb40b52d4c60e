"""Programme → Tiers: the ladder, and the form that changes it. PRODUCT F1."""

from typing import Any

from litestar import Request, get

from loyalty.ladder import Ladder, ladder, rewards
from loyalty.tiers import drafting
from loyalty.tiers.saving import TierDraft
from loyalty.tiers.schemes import TierRecord
from web.auth import SignedDep, Visit
from web.forms.tiers import TiersForm
from web.templating import Page, page

AnyRequest = Request[Visit, Any, Any]


@get("/tiers", name="tiers.show", opt={"action": "programme.read"})
async def show_tiers(signed: SignedDep) -> Page:
    return page("admin/tiers/show.html", ladder=await ladder(signed.programme_id))


@get("/tiers/edit", name="tiers.edit", opt={"action": "programme.manage"})
async def edit_tiers(request: AnyRequest, signed: SignedDep) -> Page:
    now, uid = await ladder(signed.programme_id), request.query_params.get("draft", "")
    policy, tiers = now.policy, [as_draft(rung.tier) for rung in now.rungs]
    if uid:
        drafted = await drafting.find(signed.programme_id, uid)
        policy, tiers = drafted.policy, list(drafted.tiers)
    form = TiersForm.drawn(policy, tiers, seen=now.seen, currency=request.user.programme.currency)
    return await show_form(signed.programme_id, form, now)


async def show_form(programme_id: int, form: TiersForm, now: Ladder, *, status: int = 200) -> Page:
    offered = await rewards(programme_id)
    return page("admin/tiers/edit.html", status=status, form=form, ladder=now, rewards=offered)


def as_draft(record: TierRecord) -> TierDraft:
    """A tier in force as the form draws it."""
    level = record.level
    return TierDraft(
        name=level.name,
        rank=level.rank,
        threshold=level.threshold,
        uid=record.uid,
        keep_threshold=level.keep_threshold,
        multiplier_percent=level.multiplier_percent,
        metal=record.metal,
        perks=record.perks,
        entry_points=level.entry_points,
        entry_rewards=record.entry_rewards,
    )
