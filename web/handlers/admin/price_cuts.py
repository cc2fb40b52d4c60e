"""A reward for fewer points, for a time; and ending that early. PRODUCT E4."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath

from loyalty.audiences.segments import segment_names
from loyalty.catalogue.cut_outlook import CutOutlook, outlook
from loyalty.errors import LoyaltyError
from loyalty.rewards import catalogue, cutting
from loyalty.rewards.catalogue import Reward
from loyalty.tiers.schemes import scheme
from web.answers import done
from web.attempts import attempt
from web.auth import SignedDep, Visit
from web.forms.price_cuts import PriceCutForm
from web.templating import Page, page

OPT = {"action": "rewards.edit"}
FORM = "admin/price_cuts/new.html#form"
PREVIEW = "admin/price_cuts/new.html#preview"
AnyRequest = Request[Visit, Any, Any]


@get("/rewards/{uid:str}/price-cuts/new", name="price_cuts.new", opt=OPT)
async def new_price_cut(request: AnyRequest, uid: FromPath[str], signed: SignedDep) -> Page:
    reward = await catalogue.find(signed.programme_id, uid)
    return await show(FORM, request, reward, PriceCutForm())


@get("/rewards/{uid:str}/price-cuts/preview", name="price_cuts.preview", opt=OPT)
async def preview_price_cut(request: AnyRequest, uid: FromPath[str], signed: SignedDep) -> Page:
    reward = await catalogue.find(signed.programme_id, uid)
    form = PriceCutForm.typed_in(request.query_params)
    return await show(PREVIEW, request, reward, form, seen=await seen(request, reward, form))


@post("/rewards/{uid:str}/price-cuts", name="price_cuts.create", opt=OPT)
async def create_price_cut(request: AnyRequest, uid: FromPath[str], signed: SignedDep) -> Response[Any]:
    form, by = PriceCutForm.read(await request.form()), request.user.staff.actor
    reward = await catalogue.find(signed.programme_id, uid)
    if form.errors:
        return await show(FORM, request, reward, form, status=422)
    made = await attempt(cutting.cut(signed.programme_id, uid, form.draft(), by=by, key=form.key))
    if isinstance(made, LoyaltyError):
        form.errors[made.field or "percent"] = str(made)
        return await show(FORM, request, reward, form, status=made.status)
    undo = made.action.uid if made.action else None
    return await done(request, made.sentence, back=f"/admin/rewards/{uid}", undo=undo)


@post("/rewards/{uid:str}/price-cuts/{cut:str}/ending", name="price_cut_endings.create", opt=OPT)
async def create_ending(
    request: AnyRequest, uid: FromPath[str], cut: FromPath[str], signed: SignedDep
) -> Response[Any]:
    ended = await cutting.end(signed.programme_id, cut, by=request.user.staff.actor)
    undo = ended.action.uid if ended.action else None
    return await done(request, ended.sentence, back=f"/admin/rewards/{uid}", undo=undo)


async def seen(request: AnyRequest, reward: Reward, form: PriceCutForm) -> CutOutlook | LoyaltyError | None:
    """What the typed cut would do, its refusal, or None while too little is typed."""
    if form.errors:
        return None
    return await attempt(outlook(request.user.programme, reward, form.draft()))


async def show(
    template: str,
    request: AnyRequest,
    reward: Reward,
    form: PriceCutForm,
    *,
    seen: CutOutlook | LoyaltyError | None = None,
    status: int = 200,
) -> Page:
    refusal = str(seen) if isinstance(seen, LoyaltyError) else ""
    about = seen if isinstance(seen, CutOutlook) else None
    programme_id = request.user.programme.id
    return page(
        template,
        status=status,
        reward=reward,
        form=form,
        tiers=(await scheme(programme_id)).tiers,
        segments=(await segment_names(programme_id)).choices(),
        about=about,
        refusal=refusal,
    )
