"""My data: what is known, as a page and as a file; language; browsers; asking to be erased. PRODUCT O4."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath

from db.enums import SessionKind
from loyalty import languages, sessions
from loyalty.errors import NotFound
from loyalty.languages import message as _
from loyalty.members import data
from loyalty.rules.days import ZONES
from web import agents
from web.answers import done
from web.auth import Visit
from web.members import MemberPage, language_of, member_page
from web.permissions import MEMBER

MemberRequest = Request[Visit, Any, Any]
OPT = {"action": MEMBER, "anybody": True}
HOME = "/portal/data"
SAVED = _("The language was saved.")
ZONE_SAVED = _("The time zone was saved.")
ASKED = _("We have told the shop that you want to be erased.")
ENDED = _("That browser was signed out.")


@get("/data", name="portal.data", opt=OPT)
async def show_data(request: MemberRequest) -> MemberPage:
    visit = request.user
    programme_id, me, signed = visit.programme.id, visit.member, visit.signed
    browsers = await sessions.listing(programme_id, SessionKind.MEMBER, me.id, current_uid=signed.session_uid)
    return member_page(
        "portal/data/show.html",
        me=await data.since(programme_id, me.id),
        asked=await data.erasure_asked(programme_id, me.id),
        browsers=browsers,
        named=agents.named,
        zones=ZONES,
        offered=[languages.language(tag) for tag in languages.offered()],
    )


@get("/data/export", name="portal.export", opt=OPT)
async def export_data(request: MemberRequest) -> Response[str]:
    whole = await data.export(request.user.programme.id, request.user.member.id)
    headers = {
        "Content-Disposition": 'attachment; filename="my-data.json"',
        "Cache-Control": "no-store",
    }
    return Response(whole, media_type="application/json", headers=headers)


@post("/data/language", name="portal.language", opt=OPT)
async def create_language(request: MemberRequest) -> Response[Any]:
    sent = str((await request.form()).get("language", ""))[:16]
    visit = request.user
    await data.choose_language(visit.programme.id, visit.member.id, sent)
    told = languages.choose(sent, *[language_of(request, visit.programme).tag]).gettext(SAVED)
    return await done(request, told, back=HOME)


@post("/data/time-zone", name="portal.time_zone", opt=OPT)
async def create_time_zone(request: MemberRequest) -> Response[Any]:
    sent, visit = str((await request.form()).get("time_zone", ""))[:64], request.user
    await data.choose_zone(visit.programme.id, visit.member.id, sent)
    return await done(request, ZONE_SAVED, back=HOME)


@post("/data/erasure", name="portal.erasure", opt=OPT)
async def create_erasure(request: MemberRequest) -> Response[Any]:
    visit = request.user
    await data.ask_erasure(visit.programme.id, visit.member.id, by=visit.member.actor)
    return await done(request, ASKED, back=HOME)


@post("/data/browsers/{uid:str}/ending", name="portal.browsers", opt=OPT)
async def create_ending(request: MemberRequest, uid: FromPath[str]) -> Response[Any]:
    visit = request.user
    if not await sessions.end_one(visit.programme.id, SessionKind.MEMBER, visit.member.id, uid):
        raise NotFound("That browser isn’t signed in as you.")
    return await done(request, ENDED, back=HOME)
