"""Orders of a till or a shop of one's own: told as they are, counted once. PRODUCT N2, E5."""

from typing import Any

from litestar import Request, Response, post

from db.enums import ApiScope
from loyalty import clock
from loyalty.api_keys.answers import Answer
from loyalty.api_keys.stores import store_of
from loyalty.errors import NotFound
from loyalty.orders.receiving import receive
from loyalty.till import lookup
from web.bodies import read
from web.forms.api import CustomerBody, OrderBody
from web.keyed import caller_of, once
from web.permissions import API

OPT = {"action": API, "scope": ApiScope.ORDERS_WRITE, "csrf_exempt": True}


@post("/orders", name="api.orders.create", opt=OPT)
async def create_order(request: Request[Any, Any, Any]) -> Response[Any]:
    body, by = await read(request, OrderBody), caller_of(request)

    async def count() -> Answer:
        store = await store_of(by, body.store)
        whose = await known(by.programme_id, body.customer)
        got = await receive(by.programme_id, store.id, body.order(clock.now()), customer_id=whose)
        moved = got.settled
        told = {
            "order": {"external_id": body.external_id, "store": store.handle, "status": body.status},
            "customer": await lookup.of_order(by.programme_id, got.order_id) if got.order_id else None,
            "points": {"earned": moved.earned, "taken_back": moved.clawed, "returned": moved.returned},
            "new": got.is_new,
        }
        return Answer(201 if got.is_new else 200, told)

    return await once(request, count)


async def known(programme_id: int, who: CustomerBody | None) -> int | None:
    """The inner id of a customer named by public id or card; None for one named by address, or nobody."""
    if who is None or who.email:
        return None
    if who.uid:
        return (await lookup.person(programme_id, who.uid)).id
    found = await lookup.by_card(programme_id, who.card)
    if not found:
        raise NotFound("There is no such card in this programme.", field="customer.card")
    return found[0].id
