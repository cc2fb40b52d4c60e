"""A shop's logo, for whoever sees the shop: admin, portal, mail."""

from litestar import Response, get
from litestar.params import FromPath

from loyalty import brand
from web.permissions import PUBLIC

HEADERS = {
    # The address holds the hash of the content, so what it shows never changes.
    "Cache-Control": "public, max-age=31536000, immutable",
    # Opened by itself it is a picture and nothing else, whatever its bytes say.
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "cross-origin",
}


@get("/brand/{programme_uid:str}/{digest:str}", name="brand.logo", opt={"action": PUBLIC})
async def show_logo(programme_uid: FromPath[str], digest: FromPath[str]) -> Response[bytes]:
    found = await brand.logo(programme_uid, digest)
    return Response(found.body, media_type=found.media, headers={**HEADERS, "ETag": f'"{digest}"'})
