from litestar.handlers import BaseRouteHandler

from db.enums import ApiScope, StaffRole
from web.keyed import keyed
from web.nav import NAV, PORTAL, TABS
from web.outer import App
from web.permissions import API, MEMBER, PERMISSIONS, PUBLIC, allowed

SIGNED_ROUTES = {
    "/hooks/mail",
    "/hooks/shopify",
    "/hooks/shopify/{store_uid:str}",
    "/hooks/woocommerce/{store_uid:str}",
}
MAILED_ROUTES = {"/unsubscribe/{token:str}", "/unsubscribe/{token:str}/return", "/preferences/{token:str}"}
"""Addresses in mails: the signed token in them is who it is, and mailboxes post to them by themselves."""
PUBLIC_ROUTES = (
    SIGNED_ROUTES
    | MAILED_ROUTES
    | {
        "/",
        "/health",
        "/brand/{programme_uid:str}/{digest:str}",
        "/c/{token:str}",
        "/why/{token:str}",
        "/o/{token:str}",
        "/admin/sign-in",
        "/api/v1/openapi.json",
        "/admin/sign-in/code",
        "/admin/sign-in/demo",
        "/admin/sign-in/link/{token:str}",
        "/dev/mail",
        "/dev/mail/{name:str}",
        "/portal/sign-in",
        "/portal/sign-in/code",
        "/portal/sign-in/demo",
        "/portal/sign-in/link/{token:str}",
        "/portal/sign-in/shop/{token:str}",
        "/portal/to/{handle:str}",
        "/portal/to/{handle:str}/app.webmanifest",
        "/portal/to/{handle:str}/colours.css",
        "/portal/to/{handle:str}/surveys/{uid:str}",
        "/r/{code:str}",
        "/static",
    }
)


def handlers(app: App) -> list[tuple[str, BaseRouteHandler]]:
    found: list[tuple[str, BaseRouteHandler]] = []
    for route in app.routes:
        of_route = getattr(route, "route_handlers", None) or [route.route_handler]
        found += [
            (route.path, handler)
            for handler in of_route
            if "OPTIONS" not in getattr(handler, "http_methods", ())
        ]
    return found


def test_every_route_declares_an_action_of_the_table(app: App) -> None:
    assert len(handlers(app)) > 10
    for path, handler in handlers(app):
        assert handler.opt.get("action") in {*PERMISSIONS, PUBLIC, MEMBER, API}, path


def test_the_members_side_is_members_only_and_nothing_else_is(app: App) -> None:
    for path, handler in handlers(app):
        inside = path == "/portal" or path.startswith("/portal/")
        assert (handler.opt["action"] == MEMBER) <= inside, path
        assert not inside or handler.opt["action"] in {MEMBER, PUBLIC}, path


def test_only_these_routes_are_public(app: App) -> None:
    public = {path for path, handler in handlers(app) if handler.opt["action"] == PUBLIC}
    assert public == PUBLIC_ROUTES


def test_the_api_wants_a_key_with_a_scope_and_nothing_else_does(app: App) -> None:
    for path, handler in handlers(app):
        inside = path.startswith("/api/") and path not in PUBLIC_ROUTES
        assert (handler.opt["action"] == API) is inside, path
        if inside:
            assert handler.opt["scope"] in set(ApiScope), path
            assert keyed in handler.resolve_guards(), path


def test_only_what_is_signed_and_calls_with_a_key_are_exempt_from_csrf_protection(app: App) -> None:
    exempt = {path for path, handler in handlers(app) if handler.opt.get("csrf_exempt")}
    assert {path for path in exempt if not path.startswith("/api/v1/")} == SIGNED_ROUTES | MAILED_ROUTES
    calls = [handler for path, handler in handlers(app) if path.startswith("/api/")]
    assert all(handler.opt["action"] == API for handler in calls if handler.opt.get("csrf_exempt"))


def test_an_owner_may_do_everything() -> None:
    assert all(allowed(StaffRole.OWNER, action) for action in PERMISSIONS)


def test_navigation_leads_only_to_pages_that_exist(app: App) -> None:
    paths = {path for path, _ in handlers(app)}
    for _, places in NAV:
        for place in places:
            assert place.path in paths
            assert place.action in PERMISSIONS
    for place in (*PORTAL, *TABS):
        assert (place.path in paths, place.action) == (True, MEMBER)
