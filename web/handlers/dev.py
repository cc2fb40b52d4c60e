"""/dev/mail: what would have been sent, while no mail server is set. Never in production."""

from typing import Any

from litestar import Request, Response, Router, get
from litestar.params import FromPath

from loyalty.errors import NotFound
from loyalty.mail import folder
from loyalty.mail.folder import Kept
from loyalty.settings import settings
from web.permissions import PUBLIC
from web.templating import Page, page

# A letter brings its own styles; it may do nothing else.
LETTER = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
}


@get("/", name="dev.mail", opt={"action": PUBLIC})
async def list_mail() -> Page:
    refuse_in_production()
    return page("dev/mail.html", mails=await folder.listing(settings()))


@get("/{name:str}", name="dev.letter", opt={"action": PUBLIC})
async def show_mail(request: Request[Any, Any, Any], name: FromPath[str]) -> Response[str]:
    refuse_in_production()
    found: Kept | None = await folder.find(settings(), name)
    if found is None:
        raise NotFound("There is no such mail in the folder.")
    if request.query_params.get("as") == "text":
        return Response(found.text, media_type="text/plain", headers=LETTER)
    return Response(found.html, media_type="text/html", headers=LETTER)


def refuse_in_production() -> None:
    """Raises NotFound there."""
    if settings().production:
        raise NotFound("There is nothing here.")


dev_router = Router("/dev/mail", route_handlers=[list_mail, show_mail])
