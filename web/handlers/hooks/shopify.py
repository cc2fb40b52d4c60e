"""Deliveries from Shopify, by store, or by the shop's domain for apps with one address for all shops."""

from typing import Any

from litestar import Request, Response, post
from litestar.params import FromPath

from db.enums import Platform
from loyalty.events import doors
from loyalty.events.arriving import arrive
from loyalty.integrations.shopify.settings import HEADERS
from web.handlers.hooks.answers import LARGEST_BODY, answer
from web.permissions import PUBLIC

OPEN = {"action": PUBLIC, "csrf_exempt": True}

AnyRequest = Request[Any, Any, Any]


@post("/shopify/{store_uid:str}", name="hooks.shopify", opt=OPEN, request_max_body_size=LARGEST_BODY)
async def receive_for_store(request: AnyRequest, store_uid: FromPath[str]) -> Response[Any]:
    found = await doors.by_uid(Platform.SHOPIFY, store_uid)
    return answer(await arrive(Platform.SHOPIFY, found, request.headers, await request.body()))


@post("/shopify", name="hooks.shopify_by_domain", opt=OPEN, request_max_body_size=LARGEST_BODY)
async def receive_for_shop(request: AnyRequest) -> Response[Any]:
    domain = next((request.headers[name] for name in HEADERS["shop"] if name in request.headers), "")
    found = await doors.by_domain(Platform.SHOPIFY, domain)
    return answer(await arrive(Platform.SHOPIFY, found, request.headers, await request.body()))
