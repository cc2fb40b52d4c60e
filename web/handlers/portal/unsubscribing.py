"""Links in mails that need no login: stopping mails at one press, and choosing which. PRODUCT L1, M5; RFC 8058.

A GET changes nothing, so a scanner that follows every link unsubscribes nobody; mailboxes POST.
"""

from collections.abc import Awaitable, Callable
from typing import Any

from litestar import Request, get, post
from litestar.params import FromPath

from db.enums import QuestionSection
from loyalty import programmes
from loyalty.errors import LoyaltyError, NotFound
from loyalty.preferences import answering, current, mail_links, unsubscribing
from loyalty.preferences.answering import Unanswerable
from loyalty.preferences.current import Center, Part
from loyalty.preferences.mail_links import Bearer
from loyalty.rules.actors import themself
from web.attempts import attempt
from web.forms.preferences import AnswersForm, Fieldset
from web.handlers.portal.preferences import SAVED
from web.members import MemberPage, member_page
from web.permissions import PUBLIC

OPT = {"action": PUBLIC}
BY_TOKEN = {"action": PUBLIC, "csrf_exempt": True}
"""The token in the address says who it is; no session, so nothing for another site to ride on."""
NO_STORE = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
PAGE = "portal/unsubscribing/show.html"
CHOICES = "portal/unsubscribing/choices.html"
MESSAGES = QuestionSection.COMMUNICATION
AnyRequest = Request[Any, Any, Any]


@get("/unsubscribe/{token:str}", name="unsubscribing.show", opt=OPT)
async def show_unsubscribing(token: FromPath[str]) -> MemberPage:
    bearer = await attempt(mail_links.unsubscriber(token))
    return refused(bearer) if isinstance(bearer, LoyaltyError) else await page_of(bearer, token, "asking")


@post("/unsubscribe/{token:str}", name="unsubscribing.create", opt=BY_TOKEN)
async def create_unsubscribing(token: FromPath[str]) -> MemberPage:
    return await changed(token, unsubscribing.stop, "stopped")


@post("/unsubscribe/{token:str}/return", name="unsubscribing.return", opt=BY_TOKEN)
async def create_return(token: FromPath[str]) -> MemberPage:
    return await changed(token, unsubscribing.resume, "resumed")


@get("/preferences/{token:str}", name="unsubscribing.choices", opt=OPT)
async def show_choices(token: FromPath[str]) -> MemberPage:
    bearer = await attempt(mail_links.preferrer(token))
    if isinstance(bearer, LoyaltyError):
        return refused(bearer)
    part = await messages_of(bearer)
    return await choices_page(bearer, token, Fieldset.of(part) if part else None)


@post("/preferences/{token:str}", name="unsubscribing.choose", opt=BY_TOKEN)
async def create_choices(request: AnyRequest, token: FromPath[str]) -> MemberPage:
    form, bearer = AnswersForm(await request.form()), await attempt(mail_links.preferrer(token))
    if isinstance(bearer, LoyaltyError):
        return refused(bearer)
    verb = answering.save(
        bearer.programme_id,
        bearer.customer_id,
        MESSAGES,
        form.sent,
        version=form.version,
        by=themself(bearer.customer_id),
        source=bearer.source,
    )
    saved, part = await attempt(verb), await messages_of(bearer)
    if part is None:
        raise NotFound("Nothing is asked here any more.")
    if isinstance(saved, LoyaltyError):
        errors = saved.errors if isinstance(saved, Unanswerable) else None
        fieldset = form.again(part, notice=str(saved), errors=errors)
        return await choices_page(bearer, token, fieldset, status=saved.status)
    return await choices_page(bearer, token, Fieldset.of(part, saved=SAVED))


async def messages_of(bearer: Bearer) -> Part | None:
    """The section about messages; None where nothing is asked."""
    found: Center = await current.center(bearer.programme_id, bearer.customer_id)
    return found.part(MESSAGES)


async def changed(token: str, verb: Callable[..., Awaitable[Any]], state: str) -> MemberPage:
    bearer = await attempt(mail_links.unsubscriber(token))
    if isinstance(bearer, LoyaltyError):
        return refused(bearer)
    by = themself(bearer.customer_id)
    await verb(bearer.programme_id, bearer.customer_id, bearer.channel, by=by, source=bearer.source)
    return await page_of(bearer, token, state)


async def page_of(bearer: Bearer, token: str, state: str) -> MemberPage:
    shop = await programmes.get(bearer.programme_id)
    links = await mail_links.links(bearer.programme_id, bearer.customer_id, bearer.channel)
    return member_page(
        PAGE, headers=NO_STORE, shop=shop, bearer=bearer, token=token, state=state, links=links
    )


async def choices_page(
    bearer: Bearer, token: str, fieldset: Fieldset | None, *, status: int = 200
) -> MemberPage:
    shop = await programmes.get(bearer.programme_id)
    return member_page(
        CHOICES, status=status, headers=NO_STORE, shop=shop, bearer=bearer, token=token, fieldset=fieldset
    )


def refused(refusal: LoyaltyError) -> MemberPage:
    return member_page(
        "portal/unsubscribing/damaged.html",
        status=refusal.status,
        headers=NO_STORE,
        shop=None,
        sentence=str(refusal),
    )
