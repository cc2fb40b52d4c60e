"""A quiz for somebody nobody knows yet: answered in the browser, kept once they sign in. PRODUCT L3."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.datastructures import Cookie
from litestar.params import FromPath
from litestar.response import Redirect

from loyalty.errors import NotFound
from loyalty.members import doors
from loyalty.programmes import Programme
from loyalty.rules.surveys import scoring
from loyalty.surveys import screens, taking
from loyalty.surveys.screens import Screen
from web import answered
from web.answered import Answered
from web.forms import Form
from web.forms.surveys import AnswerForm
from web.handlers.portal.surveys import step_to
from web.members import MemberPage, member_page
from web.permissions import PUBLIC

AnyRequest = Request[Any, Any, Any]
OPT = {"action": PUBLIC}


@get("/to/{handle:str}/surveys/{uid:str}", name="portal.quiz", opt=OPT)
async def show_quiz(request: AnyRequest, handle: FromPath[str], uid: FromPath[str]) -> Response[Any]:
    shop, shown = await found(handle, uid)
    if request.user and request.user.programme.id == shop.id:
        return Redirect(f"/portal/surveys/{uid}", status_code=303)
    return quiz_page(request, shop, shown, AnswerForm())


@post("/to/{handle:str}/surveys/{uid:str}", name="portal.quiz_answer", opt=OPT)
async def create_quiz_answer(request: AnyRequest, handle: FromPath[str], uid: FromPath[str]) -> Response[Any]:
    form = AnswerForm.read(await request.form())
    shop, shown = await found(handle, uid)
    if not form.fits(shown.said):
        return quiz_page(request, shop, shown, form, status=422)
    given = answered.read(request).plus(uid, form.fields.question, form.fields.option)
    following = scoring.after(shown.said, given.of(uid), form.fields.question)
    query = f"?question={following.key}" if following else ""
    return step_to(request, f"/portal/to/{shop.handle}/surveys/{uid}{query}", given)


async def found(handle: str, uid: str) -> tuple[Programme, Screen]:
    shop = await doors.by_handle(handle)
    if shop is None:
        raise NotFound("There is no such shop.")
    return shop, await screens.at_the_door(shop.id, uid)


def quiz_page(
    request: AnyRequest, shop: Programme, shown: Screen, form: Form[Any], *, status: int = 200
) -> MemberPage:
    """The next question, or the result of what was answered."""
    uid, query = shown.survey.uid, request.query_params
    given = answered.read(request).of(uid)
    finished = scoring.next_question(shown.said, given) is None and "question" not in query
    context: dict[str, Any] = {
        "shop": shop,
        "shown": shown,
        "form": form,
        "outcome": scoring.result(shown.said, given) if finished else None,
        "step": scoring.step(shown.said, given, str(form.typed["question"] or query.get("question", ""))),
        "base": f"/portal/to/{shop.handle}/surveys/{uid}",
        "door": True,
    }
    return member_page("portal/surveys/quiz_at_door.html", status=status, **context)


async def kept(request: AnyRequest, programme_id: int, customer_id: int) -> list[Cookie]:
    """Finish, for who just signed in, the quiz this browser has answered; the cookies to set for it.

    What can't be finished now (closed meanwhile, not a member yet) stays in the browser.
    """
    given = answered.read(request)
    if given.survey and await taking.keep(programme_id, customer_id, given.survey, given.answers):
        return [answered.cookie(request, Answered())]
    return []
