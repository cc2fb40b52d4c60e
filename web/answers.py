"""What a handler answers once its verb has done its work."""

from typing import Any

from litestar import Request, Response
from litestar.response import Redirect

from loyalty import sessions
from web import htmx
from web.auth import Visit
from web.returning import asked_from

AnyRequest = Request[Visit, Any, Any]


async def done(request: AnyRequest, sentence: str, *, back: str, undo: str | None = None) -> Response[Any]:
    """Tell what was done, on the page it was asked from as that page is now.

    With htmx the dialog closes, a toast tells and the page morphs; without, a redirect to `back` whose page
    shows the sentence. `undo` is the uid of the action that Undo takes back.
    """
    if htmx.is_partial(request):
        headers = htmx.done(sentence, undo, asked_from(request, "hx-current-url") or back)
        return Response(b"", status_code=200, media_type="text/html", headers=headers)
    await sessions.put_flash(request.user.token, sentence, undo)
    return Redirect(back, status_code=303)
