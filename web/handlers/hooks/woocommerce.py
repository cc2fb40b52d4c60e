"""Deliveries from WooCommerce, and the unsigned hello it sends when a webhook is set up."""

from typing import Any

from litestar import Request, Response, post
from litestar.params import FromPath

from db.enums import Platform
from loyalty.events import doors
from loyalty.events.arriving import arrive
from web.handlers.hooks.answers import LARGEST_BODY, answer
from web.permissions import PUBLIC


@post(
    "/woocommerce/{store_uid:str}",
    name="hooks.woocommerce",
    opt={"action": PUBLIC, "csrf_exempt": True},
    request_max_body_size=LARGEST_BODY,
)
async def receive_for_store(request: Request[Any, Any, Any], store_uid: FromPath[str]) -> Response[Any]:
    found = await doors.by_uid(Platform.WOOCOMMERCE, store_uid)
    return answer(await arrive(Platform.WOOCOMMERCE, found, request.headers, await request.body()))
