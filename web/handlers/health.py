"""What a load balancer asks: whether this process and its database answer."""

from litestar import get
from litestar.response import Response

from loyalty import doctor
from web.permissions import PUBLIC


@get("/health", opt={"action": PUBLIC}, name="health")
async def health() -> Response[dict[str, bool]]:
    """200 when the database answers; the error page's 5xx otherwise."""
    return Response({"ok": await doctor.alive()}, headers={"Cache-Control": "no-store"})
