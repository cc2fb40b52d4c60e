"""One decision for a whole ring, after exactly what it does has been said. PRODUCT G4."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath

from db.enums import Verdict
from loyalty.errors import LoyaltyError
from loyalty.rings import finding
from loyalty.rings.deciding import decide
from loyalty.rings.planning import plan
from web.answers import done
from web.attempts import attempt
from web.auth import SignedDep, Visit
from web.forms.rings import VerdictForm
from web.templating import Page, page

DESK = "/admin/referrals/rings"
OPT = {"action": "referrals.clear"}
AnyRequest = Request[Visit, Any, Any]


@get("/referrals/rings/{uid:str}/verdict/new", name="verdicts.new", opt=OPT)
async def new_verdict(request: AnyRequest, uid: FromPath[str], signed: SignedDep) -> Page:
    form, wanted = VerdictForm(), request.query_params.get("verdict")
    form.typed["verdict"] = wanted if wanted in list(Verdict) else Verdict.BLOCKED
    return await show(signed.programme_id, uid, form)


@post("/referrals/rings/{uid:str}/verdict", name="verdicts.create", opt=OPT)
async def create_verdict(request: AnyRequest, uid: FromPath[str], signed: SignedDep) -> Response[Any]:
    form, by = VerdictForm.read(await request.form()), request.user.staff.actor
    if form.errors:
        return await show(signed.programme_id, uid, form, status=422)
    sent = form.fields
    decided = await attempt(
        decide(
            signed.programme_id, uid, sent.verdict, by=by, reason=sent.reason, key=form.key, seen=sent.seen
        )
    )
    if isinstance(decided, LoyaltyError):
        form.errors["seen"] = str(decided)
        return await show(signed.programme_id, uid, form, status=decided.status)
    return await done(request, f"{decided.sentence}.", back=DESK, undo=decided.action.uid)


async def show(programme_id: int, uid: str, form: VerdictForm, *, status: int = 200) -> Page:
    ring = await finding.ring(programme_id, uid)
    given = form.typed["verdict"]
    verdict = Verdict(given) if given in list(Verdict) else Verdict.BLOCKED
    steps = await plan(programme_id, ring, verdict)
    return page(
        "admin/verdicts/new.html#form", status=status, ring=ring, verdict=verdict, steps=steps, form=form
    )
