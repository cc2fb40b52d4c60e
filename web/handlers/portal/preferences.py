"""The preference center: each section saved on its own; what we know and what for. PRODUCT L1, L2."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from db.enums import AnswerSource, QuestionSection
from loyalty import sessions
from loyalty.errors import LoyaltyError, NotFound
from loyalty.languages import message as _
from loyalty.preferences import answering, current, told
from loyalty.preferences.answering import Saved, Unanswerable
from loyalty.preferences.current import Center
from loyalty.surveys import taken, taking
from web.answers import done
from web.attempts import attempt
from web.auth import Visit
from web.forms.preferences import AnswersForm, Fieldset
from web.members import MemberPage, language_of, member_page
from web.permissions import MEMBER

HOME, KNOWN = "/portal/preferences", "/portal/preferences/known"
OPT = {"action": MEMBER}
ANYBODY = {"action": MEMBER, "anybody": True}
SAVED = _("Saved. Thank you.")
COMPLETED = _("Your profile is complete: {points} are yours.")
THANKED = _("Your profile is complete. Thank you.")
SURPRISED = _("A surprise for your birthday: {prize}.")
COUPON = _("A surprise for your birthday: {prize}. The code is in your rewards.")
BOOSTED = _("{boost}: it waits for your next order.")
WITHDRAWN = _("That is withdrawn, and we no longer use it.")
MemberRequest = Request[Visit, Any, Any]


@get("/preferences", name="portal.preferences", opt=OPT)
async def show_preferences(request: MemberRequest) -> MemberPage:
    saved = request.query_params.get("saved", "")
    found = await current.center(request.user.programme.id, request.user.member.id)
    fieldsets = [Fieldset.of(part, saved=SAVED if part.section == saved else "") for part in found.parts]
    return drawn(found, fieldsets)


@post("/preferences/{section:str}", name="portal.preferences_save", opt=OPT)
async def create_answers(request: MemberRequest, section: FromPath[str]) -> Response[Any]:
    me, form = request.user.member, AnswersForm(await request.form())
    asked = named(section)
    verb = answering.save(
        request.user.programme.id,
        me.id,
        asked,
        form.sent,
        version=form.version,
        by=me.actor,
        source=AnswerSource.PORTAL,
    )
    saved = await attempt(verb)
    if isinstance(saved, LoyaltyError):
        return await again(request, asked, form, saved)
    news = told_of(request, saved)
    for sentence in news:
        await sessions.put_flash(request.user.token, sentence)
    return Redirect(HOME if news else f"{HOME}?saved={asked}#{asked}", status_code=303)


@get("/preferences/known", name="portal.known", opt=ANYBODY)
async def show_known(request: MemberRequest) -> MemberPage:
    programme_id, me = request.user.programme.id, request.user.member.id
    return member_page(
        "portal/preferences/known.html",
        known=await told.known_of(programme_id, me),
        history=await told.history(programme_id, me),
        parts=await taken.of_customer(programme_id, me),
    )


@post("/preferences/known/surveys/{uid:str}/withdrawal", name="portal.part_withdrawal", opt=ANYBODY)
async def create_part_withdrawal(request: MemberRequest, uid: FromPath[str]) -> Response[Any]:
    me = request.user.member
    await taking.give_up(request.user.programme.id, me.id, uid, by=me.actor)
    return await done(request, WITHDRAWN, back=KNOWN)


@post("/preferences/known/{uid:str}/withdrawal", name="portal.withdrawal", opt=ANYBODY)
async def create_withdrawal(request: MemberRequest, uid: FromPath[str]) -> Response[Any]:
    me = request.user.member
    await answering.withdraw(request.user.programme.id, me.id, uid, by=me.actor, source=AnswerSource.PORTAL)
    return await done(request, WITHDRAWN, back=KNOWN)


def named(section: str) -> QuestionSection:
    found = next((each for each in QuestionSection if each == section), None)
    if found is None:
        raise NotFound("There is no such part of your preferences.")
    return found


async def again(
    request: MemberRequest, section: QuestionSection, form: AnswersForm, refusal: LoyaltyError
) -> MemberPage:
    """The page as it is now, with what was typed still in the section that was not saved."""
    found = await current.center(request.user.programme.id, request.user.member.id)
    errors = refusal.errors if isinstance(refusal, Unanswerable) else None
    fieldsets = [
        form.again(part, notice=str(refusal), errors=errors) if part.section is section else Fieldset.of(part)
        for part in found.parts
    ]
    return drawn(found, fieldsets, status=refusal.status)


def told_of(request: MemberRequest, saved: Saved) -> list[str]:
    """What followed from the answers, in the member's language."""
    language, programme, news = language_of(request, request.user.programme), request.user.programme, []
    followed = saved.followed
    if followed.surprise is not None:
        sentence = COUPON if followed.surprise.code else SURPRISED
        news.append(language.gettext(sentence).format(prize=followed.surprise.name))
    news += [language.gettext(BOOSTED).format(boost=boost) for boost in followed.boosts]
    if followed.bonus:
        news.append(language.gettext(COMPLETED).format(points=programme.amount(followed.bonus)))
    elif followed.bonus == 0:
        news.append(language.gettext(THANKED))
    return news


def drawn(found: Center, fieldsets: list[Fieldset], *, status: int = 200) -> MemberPage:
    return member_page("portal/preferences/show.html", status=status, center=found, fieldsets=fieldsets)
