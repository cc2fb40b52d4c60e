"""Programme → Rewards: the catalogue and one reward's page. PRODUCT E1."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath

from db.enums import RewardKind
from loyalty.audiences.segments import segment_names
from loyalty.catalogue.figures import Shown, holders, reward_page
from loyalty.catalogue.listing import listing
from loyalty.errors import LoyaltyError, NotFound
from loyalty.rewards import catalogue
from loyalty.rewards.catalogue import Reward
from loyalty.rewards.showcase import showcase
from loyalty.tiers.schemes import scheme
from web.answers import done
from web.attempts import attempt
from web.auth import SignedDep, Visit
from web.forms.rewards import PICTURED, VALUED, RewardForm, Whom
from web.templating import Page, page

READ = {"action": "rewards.read"}
WRITE = {"action": "rewards.edit"}
FORM = "admin/rewards/form.html#form"
PREVIEW = "admin/rewards/form.html#preview"
AnyRequest = Request[Visit, Any, Any]


@get("/rewards", name="rewards.index", opt=READ)
async def list_rewards(signed: SignedDep) -> Page:
    return page("admin/rewards/index.html", catalogue=await listing(signed.programme_id))


@get("/rewards/{uid:str}", name="rewards.show", opt=READ)
async def show_reward(request: AnyRequest, uid: FromPath[str], signed: SignedDep) -> Page:
    query = request.query_params
    shown = next((each for each in Shown if each == query.get("copies")), Shown.ALL)
    about = await reward_page(signed.programme_id, uid)
    found = await holders(signed.programme_id, about.reward.id, shown, query.get("at"))
    return page(
        "admin/rewards/show.html#holders",
        about=about,
        shown=shown,
        found=found,
        preview=showcase(about.reward.about, now_points=about.now_points),
    )


@get("/rewards/new", name="rewards.kinds", opt=WRITE)
async def choose_kind() -> Page:
    return page("admin/rewards/kinds.html")


@get("/rewards/new/{kind:str}", name="rewards.new", opt=WRITE)
async def new_reward(request: AnyRequest, kind: FromPath[str], signed: SignedDep) -> Page:
    return await show(request, kind_of(kind), RewardForm.blank())


@get("/rewards/new/{kind:str}/preview", name="rewards.preview", opt=WRITE)
async def preview_reward(request: AnyRequest, kind: FromPath[str], signed: SignedDep) -> Page:
    form = RewardForm.typed_in(request.query_params)
    return await show(request, kind_of(kind), form, template=PREVIEW)


@post("/rewards/new/{kind:str}", name="rewards.create", opt=WRITE)
async def create_reward(request: AnyRequest, kind: FromPath[str], signed: SignedDep) -> Response[Any]:
    form = RewardForm.read(await request.form())
    form.judge(kind_of(kind), request.user.programme, await whom(signed.programme_id))
    if form.drafted is None:
        return await show(request, kind_of(kind), form, status=422)
    by = request.user.staff.actor
    made = await catalogue.create(signed.programme_id, form.drafted, by=by, key=form.key)
    undo = made.action.uid if made.action else None
    return await done(request, made.sentence, back=f"/admin/rewards/{made.reward.uid}", undo=undo)


@get("/rewards/{uid:str}/edit", name="rewards.edit", opt=WRITE)
async def edit_reward(request: AnyRequest, uid: FromPath[str], signed: SignedDep) -> Page:
    reward, form = await catalogue.find(signed.programme_id, uid), RewardForm()
    form.draw(reward, request.user.programme, await whom(signed.programme_id))
    return await show(request, reward.about.kind, form, reward=reward)


@post("/rewards/{uid:str}", name="rewards.update", opt=WRITE)
async def update_reward(request: AnyRequest, uid: FromPath[str], signed: SignedDep) -> Response[Any]:
    form, reward = RewardForm.read(await request.form()), await catalogue.find(signed.programme_id, uid)
    choices, by = await whom(signed.programme_id), request.user.staff.actor
    form.judge(reward.about.kind, request.user.programme, choices, reward)
    if form.drafted is None:
        return await show(request, reward.about.kind, form, reward=reward, status=422)
    version = form.version or 0
    verb = catalogue.edit(signed.programme_id, reward.id, form.drafted, version=version, by=by, key=form.key)
    saved = await attempt(verb)
    if isinstance(saved, LoyaltyError):
        form.stale(await catalogue.find(signed.programme_id, uid), request.user.programme, choices)
        return await show(request, reward.about.kind, form, reward=reward, status=saved.status)
    undo = saved.action.uid if saved.action else None
    return await done(request, saved.sentence, back=f"/admin/rewards/{uid}", undo=undo)


def kind_of(word: str) -> RewardKind:
    """The kind in an address. Raises NotFound."""
    found = next((kind for kind in RewardKind if kind == word), None)
    if found is None:
        raise NotFound("There is no such kind of reward.")
    return found


async def whom(programme_id: int) -> Whom:
    return Whom(await scheme(programme_id), await segment_names(programme_id))


async def show(
    request: AnyRequest,
    kind: RewardKind,
    form: RewardForm,
    *,
    reward: Reward | None = None,
    status: int = 200,
    template: str = FORM,
) -> Page:
    choices = await whom(request.user.programme.id)
    return page(
        template,
        status=status,
        kind=kind,
        form=form,
        reward=reward,
        tiers=choices.scheme.tiers,
        segments=choices.segments.choices(reward.about.segment_ids if reward else ()),
        valued=kind in VALUED,
        pictured=kind in PICTURED,
        preview=form.showcase(kind, request.user.programme, choices),
    )
