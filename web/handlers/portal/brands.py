"""A shop's colour as a stylesheet, since no page may carry style itself, and its portal as an app for a phone."""

import json

from litestar import Response, get
from litestar.params import FromPath

from loyalty import brand
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


@get("/to/{handle:str}/app.webmanifest", name="portal.manifest", opt={"action": PUBLIC})
async def show_manifest(handle: FromPath[str]) -> Response[str]:
    shop = await doors.by_handle(handle)
    if shop is None:
        raise NotFound("There is no such shop here.")
    logo = brand.logo_path(shop)
    told = {
        "name": shop.name,
        "short_name": shop.name[:12].strip(),
        "id": f"/portal/to/{shop.handle}",
        "start_url": f"/portal/to/{shop.handle}",
        "scope": "/portal",
        "display": "standalone",
        "theme_color": shop.brand_colour,
        "background_color": "#ffffff",
        "icons": [{"src": logo, "sizes": "any"}] if logo else [],
    }
    return Response(json.dumps(told), media_type="application/manifest+json", headers=MINUTES)
