"""/o/{token}: the small picture in the mails of those who agreed that their opens are measured. PRODUCT M4."""

from base64 import b64decode
from typing import Any

from litestar import Request, Response, get
from litestar.params import FromPath

from loyalty.campaigns import opening
from web.permissions import PUBLIC

PICTURE = b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")
"""One transparent pixel."""
HEADERS = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}


@get("/o/{token:str}", name="campaigns.open", opt={"action": PUBLIC})
async def show_picture(request: Request[Any, Any, Any], token: FromPath[str]) -> Response[bytes]:
    """The same picture whatever the token, so that it tells nobody anything."""
    if "only_looks" not in request.scope["state"]:
        await opening.note(token)
    return Response(PICTURE, media_type="image/gif", headers=HEADERS)
