"""Settings → Programme: name, words, place, money, brand and objective; the logo. PRODUCT O6."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.datastructures import UploadFile

from loyalty.errors import LoyaltyError
from loyalty.programme_details import logos
from loyalty.programme_details.editing import Editable, edit, editable
from loyalty.rules import colours
from loyalty.rules.days import ZONES
from loyalty.rules.images import LARGEST_BYTES
from web.answers import done
from web.attempts import attempt
from web.auth import SignedDep, Visit
from web.forms.programme import DetailsForm
from web.templating import Page, page

OPT = {"action": "programme.manage"}
HERE = "/programme"
AnyRequest = Request[Visit, Any, Any]


@get(HERE, name="programme.edit", opt=OPT)
async def edit_programme(signed: SignedDep) -> Page:
    now = await editable(signed.programme_id)
    return show(now, DetailsForm.drawn(now.details), now.seen)


@get(HERE + "/colour", name="programme.colour", opt=OPT)
async def judge_colour(request: AnyRequest) -> Page:
    colour = colours.checked(request.query_params.get("brand_colour", ""))
    return page("admin/programme/colour.html#sample", reading=colours.read(colour))


@post(HERE, name="programme.save", opt=OPT)
async def save_programme(request: AnyRequest, signed: SignedDep) -> Response[Any]:
    sent, by = await request.form(), request.user.staff.actor
    form, now, seen = DetailsForm.read(sent), await editable(signed.programme_id), str(sent.get("seen", ""))
    if form.errors:
        return show(now, form, seen, status=422)
    saved = await attempt(edit(signed.programme_id, form.fields.details, seen=seen, by=by, key=form.key))
    if isinstance(saved, LoyaltyError):
        form.errors[saved.field or "all"] = str(saved)
        return show(now, form, now.seen if saved.status == 409 else seen, status=saved.status)
    undo = saved.action.uid if saved.action else None
    return await done(request, saved.sentence, back="/admin/programme", undo=undo)


@post(HERE + "/logo", name="programme.logo", opt=OPT, request_max_body_size=LARGEST_BYTES + 65_536)
async def upload_logo(request: AnyRequest, signed: SignedDep) -> Response[Any]:
    sent = (await request.form()).get("logo")
    raw = await sent.read() if isinstance(sent, UploadFile) else b""
    made = await attempt(logos.upload(signed.programme_id, raw, by=request.user.staff.actor))
    if isinstance(made, LoyaltyError):
        now = await editable(signed.programme_id)
        form = DetailsForm.drawn(now.details)
        form.errors["logo"] = str(made)
        return show(now, form, now.seen, status=made.status)
    return await done(request, made.sentence, back="/admin/programme", undo=made.uid)


@post(HERE + "/logo/removal", name="programme.logo_removal", opt=OPT)
async def remove_logo(request: AnyRequest, signed: SignedDep) -> Response[Any]:
    made = await logos.remove(signed.programme_id, by=request.user.staff.actor)
    return await done(request, made.sentence, back="/admin/programme", undo=made.uid)


def show(now: Editable, form: DetailsForm, seen: str, *, status: int = 200) -> Page:
    typed, kept = form.typed["brand_colour"], now.details.brand_colour
    reading = colours.read(kept if "brand_colour" in form.errors else colours.checked(typed or kept))
    return page(
        "admin/programme/edit.html",
        status=status,
        now=now,
        form=form,
        seen=seen,
        reading=reading,
        zones=ZONES,
    )
