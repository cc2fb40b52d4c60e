"""The REST API, version 1: for tills and other programs, with keys. PRODUCT N2, E3; docs/api.md."""

from litestar import Router

from web.handlers import of
from web.handlers.api import codes, customers, document, orders
from web.keyed import keyed

routes = Router(
    "/api/v1",
    guards=[keyed],
    route_handlers=of(document, codes, customers, orders),
)
