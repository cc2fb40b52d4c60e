from litestar.handlers import BaseRouteHandler

from db.enums import StaffRole
from web.nav import NAV, PORTAL, TABS
from web.outer import App
from web.permissions import MEMBER, PERMISSIONS, PUBLIC, allowed

SIGNED_ROUTES = {"/hooks/shopify", "/hooks/shopify/{store_uid:str}", "/hooks/woocommerce/{store_uid:str}"}
MAILED_ROUTES = {"/unsubscribe/{token:str}", "/unsubscribe/{token:str}/return", "/preferences/{token:str}"}
"""Addresses in mails: the signed token in them is who it is, and mailboxes post to them by themselves."""
PUBLIC_ROUTES = (
    SIGNED_ROUTES
    | MAILED_ROUTES
    | {
        "/",
        "/health",
        "/brand/{programme_uid:str}/{digest:str}",
        "/admin/sign-in",
        "/admin/sign-in/code",
        "/admin/sign-in/demo",
        "/admin/sign-in/link/{token:str}",
        "/dev/mail",
        "/dev/mail/{name:str}",
        "/portal/sign-in",
        "/portal/sign-in/code",
        "/portal/sign-in/link/{token:str}",
        "/portal/sign-in/shop/{token:str}",
        "/portal/to/{handle:str}",
        "/portal/to/{handle:str}/colours.css",
        "/r/{code:str}",
        "/r/{code:str}/brand.css",
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
        assert handler.opt.get("action") in {*PERMISSIONS, PUBLIC, MEMBER}, path


def test_the_members_side_is_members_only_and_nothing_else_is(app: App) -> None:
    for path, handler in handlers(app):
        inside = path == "/portal" or path.startswith("/portal/")
        assert (handler.opt["action"] == MEMBER) <= inside, path
        assert not inside or handler.opt["action"] in {MEMBER, PUBLIC}, path


def test_only_these_routes_are_public(app: App) -> None:
    public = {path for path, handler in handlers(app) if handler.opt["action"] == PUBLIC}
    assert public == PUBLIC_ROUTES


def test_only_what_is_signed_is_exempt_from_csrf_protection(app: App) -> None:
    exempt = {path for path, handler in handlers(app) if handler.opt.get("csrf_exempt")}
    assert exempt == SIGNED_ROUTES | MAILED_ROUTES


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
