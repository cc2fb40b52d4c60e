"""/c/{token}: a link of a campaign's mail. Where it leads is stored; the address can't be made to lead elsewhere."""

from typing import Any

from litestar import Request, get
from litestar.params import FromPath
from litestar.response import Redirect

from loyalty.campaigns import clicks
from web.permissions import PUBLIC

HEADERS = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}


@get("/c/{token:str}", name="campaigns.follow", opt={"action": PUBLIC})
async def follow_link(request: Request[Any, Any, Any], token: FromPath[str]) -> Redirect:
    followed = await clicks.follow(token, counts="only_looks" not in request.scope["state"])
    return Redirect(followed.target, headers=HEADERS)
