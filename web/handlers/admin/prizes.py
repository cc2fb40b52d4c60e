"""The pool of birthday surprises, and what was drawn from it. PRODUCT L2."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath

from db.enums import RewardStatus
from loyalty.errors import LoyaltyError
from loyalty.preferences import drawing, pool
from loyalty.rewards import catalogue
from loyalty.rules.surprises import chance
from web.answers import done
from web.attempts import attempt
from web.auth import SignedDep, Visit
from web.forms.prizes import PrizeForm
from web.templating import Page, page

INDEX = "/admin/preferences/surprises"
FORM = "admin/prizes/new.html#form"
READ, EDIT = {"action": "preferences.read"}, {"action": "preferences.edit"}
FIELDS = {"reward_uid": "reward"}
AnyRequest = Request[Visit, Any, Any]


@get("/preferences/surprises", name="prizes.index", opt=READ)
async def list_prizes(signed: SignedDep) -> Page:
    prizes = await pool.prizes(signed.programme_id)
    stakes = [prize.stake for prize in prizes]
    offered = [(prize, chance(prize.stake, stakes)) for prize in prizes]
    return page("admin/prizes/index.html", offered=offered, draws=await drawing.draws(signed.programme_id))


@get("/preferences/surprises/new", name="prizes.new", opt=EDIT)
async def new_prize(signed: SignedDep) -> Page:
    return await show(signed.programme_id, PrizeForm())


@post("/preferences/surprises", name="prizes.create", opt=EDIT)
async def create_prize(request: AnyRequest, signed: SignedDep) -> Response[Any]:
    form, by = PrizeForm.read(await request.form()), request.user.staff.actor
    if form.errors:
        return await show(signed.programme_id, form, status=422)
    kept = await attempt(pool.add(signed.programme_id, form.wanted, by=by, key=form.key))
    return await answered(request, signed.programme_id, form, kept)


@get("/preferences/surprises/{uid:str}", name="prizes.edit", opt=EDIT)
async def edit_prize(uid: FromPath[str], signed: SignedDep) -> Page:
    form, about = PrizeForm(), await pool.find(signed.programme_id, uid)
    form.draw(about)
    return await show(signed.programme_id, form, about)


@post("/preferences/surprises/{uid:str}", name="prizes.update", opt=EDIT)
async def update_prize(request: AnyRequest, uid: FromPath[str], signed: SignedDep) -> Response[Any]:
    form, about = PrizeForm.read(await request.form()), await pool.find(signed.programme_id, uid)
    if form.errors:
        return await show(signed.programme_id, form, about, status=422)
    kept = await attempt(
        pool.edit(signed.programme_id, uid, form.wanted, version=form.version, by=request.user.staff.actor)
    )
    return await answered(request, signed.programme_id, form, kept, about)


@post("/preferences/surprises/{uid:str}/removal", name="prizes.remove", opt=EDIT)
async def create_removal(request: AnyRequest, uid: FromPath[str], signed: SignedDep) -> Response[Any]:
    kept = await pool.remove(signed.programme_id, uid, by=request.user.staff.actor)
    return await done(request, f"{kept.sentence}.", back=INDEX, undo=kept.action.uid if kept.action else None)


async def answered(
    request: AnyRequest,
    programme_id: int,
    form: PrizeForm,
    kept: pool.Kept | LoyaltyError,
    about: pool.Prize | None = None,
) -> Response[Any]:
    if isinstance(kept, LoyaltyError):
        form.errors[FIELDS.get(kept.field or "", kept.field or "name")] = str(kept)
        form.version = about.version if about else None
        return await show(programme_id, form, about, status=kept.status)
    return await done(request, f"{kept.sentence}.", back=INDEX, undo=kept.action.uid if kept.action else None)


async def show(
    programme_id: int, form: PrizeForm, about: pool.Prize | None = None, *, status: int = 200
) -> Page:
    rewards = await catalogue.listed(programme_id, RewardStatus.ACTIVE)
    return page(FORM, status=status, form=form, about=about, rewards=rewards)
