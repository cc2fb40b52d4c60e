"""The member's pages: `member_page` is `page` in the member's language and the shop's colours.

To add one: a handler with `opt={"action": MEMBER}` (and `"anybody": True` where guests and those who have left
may go, too) that answers
`member_page("portal/preferences/show.html", …)`, its route in web/handlers/portal/__init__.py, and a template that
extends `portal/shell.html` with the blocks `title` and `main`. The handler finds the person as
`request.user.member` and the programme as `request.user.programme`; `answers.done(request, sentence, back=…)` after
a verb redirects, and the shell shows the sentence. In the template every text stands in `_("…")` or
`{% trans %}…{% endtrans %}`, sentences of refusals in `say(…)`; `fmt` writes numbers and dates. A line in
`web.nav.PORTAL` (and TABS, for phones) once the page is finished.
"""

from collections.abc import Mapping
from typing import Any

from litestar import Request

from loyalty import brand, languages
from loyalty.languages import Language, message
from loyalty.programmes import Programme
from web import htmx
from web.filters import Formats
from web.templating import Page, formats

AnyRequest = Request[Any, Any, Any]


class MemberPage(Page):
    """A page of the portal. `shop` in its context is the programme where nobody is signed in."""

    def create_template_context(self, request: AnyRequest) -> dict[str, Any]:
        visit = request.scope.get("user")
        shop = self.context.get("shop") or (visit and visit.programme)
        language = language_of(request, shop)
        drawn = super().create_template_context(request)
        shown = {"shop": shop, "language": language, "say": language.gettext, "fmt": formats(shop, language)}
        shown |= {"greeting": greeting, "logo": brand.logo_path(shop) if shop else None}
        shown["unread"] = request.scope["state"].get("unread", 0)
        return {**drawn, **shown, "member": visit.signed.member if visit else None, **self.context}


def member_page(
    template: str, *, status: int = 200, headers: Mapping[str, str] | None = None, **context: Any
) -> MemberPage:
    """The answer of a portal handler."""
    return MemberPage(
        template,
        context=context,
        status_code=status,
        headers={**htmx.VARY, **(headers or {})},
        media_type="text/html",
    )


MORNING, AFTERNOON, EVENING = message("Good morning"), message("Good afternoon"), message("Good evening")


def greeting(fmt: Formats) -> str:
    """By the clock of the shop."""
    hour = fmt.local(fmt.now).hour
    return fmt.say(MORNING if 4 <= hour < 12 else AFTERNOON if 12 <= hour < 18 else EVENING)


def language_of(request: AnyRequest, shop: Programme | None) -> Language:
    """The member's choice, else the browser's wish, else the programme's."""
    visit = request.scope.get("user")
    chosen = visit.signed.member.language if visit and visit.signed.member else None
    wishes = languages.accepted(request.headers.get("accept-language", ""))
    return languages.choose(chosen, *wishes, shop.locale if shop else None)
