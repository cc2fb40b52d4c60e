"""Take part: quizzes, polls, challenges and pledges. PRODUCT L3."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from db.enums import SurveyKind
from loyalty.errors import LoyaltyError
from loyalty.rules.surveys import scoring
from loyalty.surveys import screens, taking
from loyalty.surveys.screens import Screen
from loyalty.surveys.taking import Taken
from web import answered
from web.answered import Answered
from web.answers import done
from web.attempts import attempt
from web.auth import Visit
from web.forms import Form
from web.forms.surveys import AnswerForm, VoteForm
from web.members import MemberPage, member_page
from web.permissions import MEMBER

MemberRequest = Request[Visit, Any, Any]
OPT = {"action": MEMBER}
TEMPLATES = {
    SurveyKind.QUIZ: "portal/surveys/quiz.html",
    SurveyKind.POLL: "portal/surveys/poll.html",
    SurveyKind.CHALLENGE: "portal/surveys/goal.html",
    SurveyKind.PLEDGE: "portal/surveys/goal.html",
}


@get("/surveys", name="portal.surveys", opt=OPT)
async def list_surveys(request: MemberRequest) -> MemberPage:
    found = await screens.offered(request.user.programme.id, request.user.member.id)
    return member_page("portal/surveys/index.html", found=found)


@get("/surveys/{uid:str}", name="portal.survey", opt=OPT)
async def show_survey(request: MemberRequest, uid: FromPath[str]) -> MemberPage:
    shown = await screens.screen(request.user.programme.id, request.user.member.id, uid)
    return survey_page(request, shown, VoteForm())


@post("/surveys/{uid:str}/answers", name="portal.answer", opt=OPT)
async def create_answer(request: MemberRequest, uid: FromPath[str]) -> Response[Any]:
    form, visit = AnswerForm.read(await request.form()), request.user
    shown = await screens.screen(visit.programme.id, visit.member.id, uid)
    if not form.fits(shown.said):
        return survey_page(request, shown, form, status=422)
    given = answered.read(request).plus(uid, form.fields.question, form.fields.option)
    following = scoring.after(shown.said, given.of(uid), form.fields.question)
    if following:
        return step_to(request, f"/portal/surveys/{uid}?question={following.key}", given)
    me = visit.member
    taken = await attempt(taking.finish(visit.programme.id, me.id, uid, given.of(uid), by=me.actor))
    if isinstance(taken, LoyaltyError):
        form.errors["option"] = str(taken)
        return survey_page(request, shown, form, status=taken.status)
    answer = await told(request, taken, uid)
    answer.set_cookie(answered.cookie(request, Answered()))
    return answer


@post("/surveys/{uid:str}/votes", name="portal.vote", opt=OPT)
async def create_vote(request: MemberRequest, uid: FromPath[str]) -> Response[Any]:
    form, visit = VoteForm.read(await request.form()), request.user
    me = visit.member
    taken = await attempt(taking.vote(visit.programme.id, me.id, uid, form.typed["choice"], by=me.actor))
    if isinstance(taken, LoyaltyError):
        form.errors["choice"] = str(taken)
        shown = await screens.screen(visit.programme.id, me.id, uid)
        return survey_page(request, shown, form, status=taken.status)
    return await told(request, taken, uid)


@post("/surveys/{uid:str}/participation", name="portal.take_up", opt=OPT)
async def create_participation(request: MemberRequest, uid: FromPath[str]) -> Response[Any]:
    me = request.user.member
    taken = await taking.take_up(request.user.programme.id, me.id, uid, by=me.actor)
    return await told(request, taken, uid)


@post("/surveys/{uid:str}/withdrawal", name="portal.give_up", opt=OPT)
async def create_withdrawal(request: MemberRequest, uid: FromPath[str]) -> Response[Any]:
    me = request.user.member
    taken = await taking.give_up(request.user.programme.id, me.id, uid, by=me.actor)
    return await done(request, taken.sentence, back="/portal/surveys")


def survey_page(request: MemberRequest, shown: Screen, form: Form[Any], *, status: int = 200) -> MemberPage:
    """The survey in the template of its kind; a quiz at the question that was asked for."""
    uid, query = shown.survey.uid, request.query_params
    given = answered.read(request).of(uid)
    step = None
    if (
        shown.survey.kind is SurveyKind.QUIZ
        and shown.is_open
        and (shown.response is None or "question" in query or form.errors)
    ):
        step = scoring.step(shown.said, given, str(form.typed.get("question") or query.get("question", "")))
    context: dict[str, Any] = {"shown": shown, "form": form, "step": step}
    return member_page(
        TEMPLATES[shown.survey.kind], status=status, base=f"/portal/surveys/{uid}", door=False, **context
    )


def step_to(request: Request[Any, Any, Any], path: str, given: Answered) -> Redirect:
    return Redirect(path, status_code=303, cookies=[answered.cookie(request, given)])


async def told(request: MemberRequest, taken: Taken, uid: str) -> Response[Any]:
    return await done(request, taken.sentence, back=f"/portal/surveys/{uid}")
