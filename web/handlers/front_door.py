"""The bare address leads to the merchant's side."""

from litestar import get
from litestar.response import Redirect

from web.permissions import PUBLIC


@get("/", name="front_door", opt={"action": PUBLIC})
async def front_door() -> Redirect:
    return Redirect("/admin", status_code=303)
