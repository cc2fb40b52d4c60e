"""What mail services report about our mails: bounces, complaints, unsubscriptions. PRODUCT M5."""

from typing import Any

from litestar import Request, Response, post

from loyalty.bounces import hook
from loyalty.bounces.hook import Untaken
from web.errors import problem
from web.handlers.hooks.answers import LARGEST_BODY
from web.permissions import PUBLIC

UNSIGNED = "The signature doesn't belong to this body, REGULARS_MAIL_HOOK_SECRET and the last five minutes."


@post(
    "/mail",
    name="hooks.mail",
    opt={"action": PUBLIC, "csrf_exempt": True},
    request_max_body_size=LARGEST_BODY,
)
async def receive_report(request: Request[Any, Any, Any]) -> Response[Any]:
    taken = await hook.arrive(request.headers, await request.body())
    if taken is Untaken.NOT_SIGNED:
        return problem(401, "Not signed", UNSIGNED)
    return Response({"received": taken}, status_code=200)
