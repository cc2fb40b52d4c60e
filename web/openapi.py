"""The API as an OpenAPI 3.1 document: request bodies from the models that read them, the rest by hand."""

from functools import cache
from typing import Any

from db.enums import ApiScope, CustomerType, IssuedStatus, OrderStatus, RewardKind
from web.bodies import Body
from web.forms.api import OrderBody, TillBody, UseBody

Schema = dict[str, Any]

_REF = "#/components/schemas/{model}"
_PROBLEMS = {
    "400": "The body isn't JSON that can be read.",
    "401": "No key, or one that doesn't work.",
    "403": "The key lacks the scope, or speaks for another store.",
    "404": "There is no such thing in this programme.",
    "409": "It has changed meanwhile, or the Idempotency-Key was used for another request.",
    "422": "A field can't be right; it is named.",
    "429": "Too many requests in this minute.",
}


def _text(description: str = "", *, null: bool = False, **more: Any) -> Schema:
    return {"type": ["string", "null"] if null else "string", "description": description, **more}


def _number(description: str = "", *, null: bool = False) -> Schema:
    return {"type": ["integer", "null"] if null else "integer", "description": description}


def _thing(**fields: Schema) -> Schema:
    return {"type": "object", "required": list(fields), "properties": fields}


_CODE = _thing(
    code=_text("As printed, in groups of four."),
    status=_text(enum=list(IssuedStatus)),
    reward=_thing(
        name=_text(),
        kind=_text(enum=list(RewardKind)),
        value_minor=_number("What it is worth, in minor units of `currency`.", null=True),
        currency=_text("ISO 4217."),
        percent=_number(null=True),
        product=_text(null=True),
    ),
    customer=_text("The customer's uid; null for a friend who isn't one yet.", null=True),
    expires_at=_text(null=True, format="date-time"),
    reserved_until=_text(null=True, format="date-time"),
    used_at=_text(null=True, format="date-time"),
    used_order=_text(null=True),
)
_PERSON = _thing(
    uid=_text(),
    type=_text(enum=list(CustomerType)),
    name=_text(),
    email=_text(null=True),
    phone=_text(null=True),
    card=_text("Twelve digits, as the card's QR code carries them."),
    tier=_text(null=True),
)
_CUSTOMER = {
    "allOf": [
        {"$ref": "#/components/schemas/Person"},
        _thing(
            balance={
                "description": "Null for guests, who have none.",
                "oneOf": [{"type": "null"}, _thing(available=_number(), pending=_number(), debt=_number())],
            },
            rewards={
                "type": "array",
                "items": _thing(
                    uid=_text(),
                    name=_text(),
                    kind=_text(enum=list(RewardKind)),
                    points=_number("What this customer pays now."),
                    was=_number("The price without the cut that holds, null without one.", null=True),
                    cheaper_until=_text(
                        "The moment from which it costs what it did, null without a cut.", null=True
                    ),
                    missing=_number("Points that lack; 0: can be had now."),
                ),
            },
            codes={
                "type": "array",
                "items": _thing(code=_text(), reward=_text(), status=_text(enum=list(IssuedStatus))),
            },
        ),
    ]
}
_COUNTED = _thing(
    order=_thing(external_id=_text(), store=_text(), status=_text(enum=list(OrderStatus))),
    customer=_text(null=True),
    points=_thing(earned=_number(), taken_back=_number(), returned=_number()),
    new={"type": "boolean", "description": "False: the order was known already."},
)
_PROBLEM = {
    "type": "object",
    "required": ["type", "status", "title", "detail"],
    "properties": {
        "type": _text(),
        "status": _number(),
        "title": _text(),
        "detail": _text("A sentence for people."),
        "field": _text("What it is about, where that is one field."),
        "errors": {"type": "array", "items": _thing(field=_text(), detail=_text())},
    },
}
_IN_PATH = {"in": "path", "required": True, "schema": {"type": "string"}}
_IDEMPOTENCY = {
    "name": "Idempotency-Key",
    "in": "header",
    "schema": {"type": "string", "maxLength": 255},
    "description": "Sent again within a day with the same body, the request is answered as before and does nothing.",
}


@cache
def document() -> Schema:
    """The whole document; the same for every programme."""
    bodies: dict[str, Schema] = {}
    code = {**_IN_PATH, "name": "code"}
    paths: Schema = {
        "/codes/{code}": {
            "get": _call("showCode", "Look at a code", ApiScope.CODES_READ, "Code", parameters=[code])
        },
        "/customers": {
            "get": _call(
                "findCustomers",
                "Find customers by exactly one of e-mail, phone and card",
                ApiScope.CUSTOMERS_READ,
                "People",
                parameters=[
                    {"name": name, "in": "query", "schema": {"type": "string"}}
                    for name in ("email", "phone", "card")
                ],
            )
        },
        "/customers/{uid}": {
            "get": _call(
                "showCustomer",
                "A customer with balance, rewards and codes",
                ApiScope.CUSTOMERS_READ,
                "Customer",
                parameters=[{**_IN_PATH, "name": "uid"}],
            )
        },
        "/orders": {
            "post": _call(
                "countOrder", "Tell an order as it is now", ApiScope.ORDERS_WRITE, "Counted",
                body=_body(OrderBody, bodies), created=True,
            )
        },
    }  # fmt: skip
    for verb, model, summary in (
        ("reservation", TillBody, "Hold a code for 15 minutes while somebody pays"),
        ("use", UseBody, "Use a code up"),
        ("release", TillBody, "Let a held code go"),
    ):
        paths[f"/codes/{{code}}/{verb}"] = {
            "post": _call(
                f"{verb}OfCode",
                summary,
                ApiScope.CODES_USE,
                "Code",
                parameters=[code],
                body=_body(model, bodies),
            )
        }
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Regulars",
            "version": "1",
            "description": "For tills and other programs of a shop.",
        },
        "servers": [{"url": "/api/v1"}],
        "security": [{"key": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
            "schemas": {
                "Code": _CODE,
                "Person": _PERSON,
                "People": _thing(data={"type": "array", "items": {"$ref": "#/components/schemas/Person"}}),
                "Customer": _CUSTOMER,
                "Counted": _COUNTED,
                "Problem": _PROBLEM,
                **bodies,
            },
        },
    }


def _call(
    name: str,
    summary: str,
    scope: ApiScope,
    answer: str,
    *,
    parameters: list[Schema] | None = None,
    body: Schema | None = None,
    created: bool = False,
) -> Schema:
    content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{answer}"}}}
    answers: Schema = {"200": {"description": "As it is now.", "content": content}}
    if created:
        answers["201"] = {"description": "It wasn't known before.", "content": content}
    problem = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    answers |= {status: {"description": text, "content": problem} for status, text in _PROBLEMS.items()}
    call: Schema = {
        "operationId": name,
        "summary": summary,
        "description": f"Scope: `{scope}`.",
        "parameters": [*(parameters or []), *([_IDEMPOTENCY] if body else [])],
        "responses": answers,
    }
    if body:
        call["requestBody"] = {"required": True, "content": {"application/json": {"schema": body}}}
    return call


def _body(model: type[Body], into: dict[str, Schema]) -> Schema:
    schema = model.model_json_schema(ref_template=_REF)
    into.update(schema.pop("$defs", {}))
    into[model.__name__] = schema
    return {"$ref": _REF.format(model=model.__name__)}
