"""A shop's colour as a stylesheet: our content policy allows no style in the page itself."""

from litestar import Response, get
from litestar.params import FromPath

from loyalty.errors import NotFound
from loyalty.members import doors
from loyalty.rules.colours import readable_on
from web.permissions import PUBLIC

MINUTES = {"Cache-Control": "public, max-age=300"}
"""A new colour is seen everywhere within minutes."""


@get("/to/{handle:str}/colours.css", name="portal.colours", opt={"action": PUBLIC})
async def show_colours(handle: FromPath[str]) -> Response[str]:
    shop = await doors.by_handle(handle)
    if shop is None:
        raise NotFound("There is no such shop here.")
    colour = shop.brand_colour
    sheet = f"@layer tokens {{ :root {{ --brand: {colour}; --on-brand: {readable_on(colour)}; }} }}\n"
    return Response(sheet, media_type="text/css", headers=MINUTES)
