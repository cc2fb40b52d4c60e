"""Customers for a till: found by address, phone or card; one with balance and rewards. PRODUCT E5, N2."""

from typing import Any

from litestar import Request, Response, get
from litestar.params import FromPath

from db.enums import ApiScope
from loyalty.errors import Invalid
from loyalty.rewards.offers import Offer
from loyalty.till import lookup
from loyalty.till.counter import counter
from loyalty.till.lookup import Person
from web.keyed import caller_of, told
from web.permissions import API

OPT = {"action": API, "scope": ApiScope.CUSTOMERS_READ}
BY = {"email": lookup.by_email, "phone": lookup.by_phone, "card": lookup.by_card}
ONE = "Send exactly one of email, phone and card."
AnyRequest = Request[Any, Any, Any]


@get("/customers", name="api.customers.index", opt=OPT)
async def list_customers(request: AnyRequest) -> Response[Any]:
    asked = [(name, request.query_params.get(name, "").strip()) for name in BY]
    given = [(name, text) for name, text in asked if text]
    if len(given) != 1:
        raise Invalid(ONE, field="email")
    name, text = given[0]
    found = await BY[name](caller_of(request).programme_id, text[:254])
    return told(request, {"data": [person_body(each) for each in found]})


@get("/customers/{uid:str}", name="api.customers.show", opt=OPT)
async def show_customer(request: AnyRequest, uid: FromPath[str]) -> Response[Any]:
    by = caller_of(request)
    who, about = await lookup.person(by.programme_id, uid), await counter(by.programme_id, uid)
    has = about.balance and {
        "available": about.balance.available,
        "pending": about.balance.pending,
        "debt": about.balance.debt,
    }
    offers = [offer_body(offer) for offer in (*about.within, *about.beyond)]
    codes = [{"code": held.code, "reward": held.reward, "status": held.status} for held in about.codes]
    return told(request, {**person_body(who), "balance": has, "rewards": offers, "codes": codes})


def person_body(who: Person) -> dict[str, Any]:
    return {
        "uid": who.uid,
        "type": who.type,
        "name": who.name,
        "email": who.email,
        "phone": who.phone,
        "card": who.card,
        "tier": who.tier,
    }


def offer_body(offer: Offer) -> dict[str, Any]:
    """A reward with the price that holds for this customer, and how many points are missing."""
    return {
        "uid": offer.reward.uid,
        "name": offer.reward.about.name,
        "kind": offer.reward.about.kind,
        "points": offer.price,
        "was": offer.was,
        "cheaper_until": offer.ends.isoformat() if offer.ends else None,
        "missing": offer.refusal.missing if offer.refusal else 0,
    }
