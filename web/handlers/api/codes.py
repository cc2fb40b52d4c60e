"""Reward codes at the till: looked at, held, used, let go. PRODUCT E3."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath

from db.enums import ApiScope
from loyalty import programmes
from loyalty.api_keys.answers import Answer
from loyalty.rewards import codes
from loyalty.till.presented import Presented, presented_code
from web.bodies import read
from web.forms.api import TillBody, UseBody
from web.keyed import caller_of, once, told
from web.permissions import API

READ = {"action": API, "scope": ApiScope.CODES_READ, "csrf_exempt": True}
USE = {"action": API, "scope": ApiScope.CODES_USE, "csrf_exempt": True}
AnyRequest = Request[Any, Any, Any]


@get("/codes/{code:str}", name="api.codes.show", opt=READ)
async def show_code(request: AnyRequest, code: FromPath[str]) -> Response[Any]:
    return told(request, await as_it_is(request, code))


@post("/codes/{code:str}/reservation", name="api.codes.reserve", opt=USE)
async def create_reservation(request: AnyRequest, code: FromPath[str]) -> Response[Any]:
    body, by = await read(request, TillBody), caller_of(request)

    async def reserve() -> Answer:
        await codes.reserve(by.programme_id, code, till=body.till, by=by.actor)
        return Answer(200, await as_it_is(request, code))

    return await once(request, reserve)


@post("/codes/{code:str}/use", name="api.codes.use", opt=USE)
async def create_use(request: AnyRequest, code: FromPath[str]) -> Response[Any]:
    body, by = await read(request, UseBody), caller_of(request)

    async def use() -> Answer:
        await codes.use(by.programme_id, code, till=body.till, by=by.actor, order=body.order)
        return Answer(200, await as_it_is(request, code))

    return await once(request, use)


@post("/codes/{code:str}/release", name="api.codes.release", opt=USE)
async def create_release(request: AnyRequest, code: FromPath[str]) -> Response[Any]:
    body, by = await read(request, TillBody), caller_of(request)

    async def release() -> Answer:
        await codes.release(by.programme_id, code, till=body.till, by=by.actor)
        return Answer(200, await as_it_is(request, code))

    return await once(request, release)


async def as_it_is(request: AnyRequest, code: str) -> dict[str, Any]:
    """The code as the API tells it."""
    by = caller_of(request)
    about = await presented_code(by.programme_id, code)
    return code_body(about, (await programmes.get(by.programme_id)).currency)


def code_body(about: Presented, currency: str) -> dict[str, Any]:
    return {
        "code": about.code,
        "status": about.status,
        "reward": {
            "name": about.reward,
            "kind": about.kind,
            "value_minor": about.value_minor,
            "currency": currency,
            "percent": about.percent,
            "product": about.product or None,
        },
        "customer": about.customer_uid,
        "expires_at": about.expires and about.expires.isoformat(),
        "reserved_until": about.held_until and about.held_until.isoformat(),
        "used_at": about.used_at and about.used_at.isoformat(),
        "used_order": about.used_order or None,
    }
