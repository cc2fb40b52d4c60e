"""The API described for machines: OpenAPI 3.1, without a key. PRODUCT N2."""

from typing import Any

from litestar import Response, get

from web.openapi import document
from web.permissions import PUBLIC


@get("/openapi.json", name="api.document", opt={"action": PUBLIC})
async def show_document() -> Response[Any]:
    return Response(document(), media_type="application/json", headers={"Cache-Control": "max-age=3600"})
