"""Where people land."""

from litestar import get
from litestar.response import Redirect

from web.permissions import PUBLIC


@get("/", name="front_door", opt={"action": PUBLIC})
async def front_door() -> Redirect:
    return Redirect("/admin", status_code=303)


@get("/", name="home.show", opt={"action": "home.read"})
async def show_home() -> Redirect:
    return Redirect("/admin/customers", status_code=303)
