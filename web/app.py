"""The web application, put together. Routes are in web/handlers, one file per noun."""

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager

from litestar import Litestar
from litestar.datastructures import State
from litestar.di import Provide
from litestar.template import TemplateConfig

from loyalty.settings import Settings, settings
from web import errors
from web.assets import Assets, assets_handler
from web.auth import Authentication, permitted, signed_in
from web.compiled import compiled
from web.csrf import CsrfProtection
from web.handlers import admin, api, brand, portal, till
from web.handlers.dev import dev_router
from web.handlers.front_door import front_door
from web.handlers.health import health
from web.handlers.hooks import hooks_router
from web.headers import security_headers
from web.outer import App
from web.sanity import SaneRequest
from web.templating import Engine, environment

LARGEST_BODY = 10 * 1024 * 1024

Lifespan = Callable[[Litestar], AbstractAsyncContextManager[None]]


def create_app(chosen: Settings | None = None, *, lifespan: Sequence[Lifespan] = ()) -> App:
    """The app under these settings, or the process's own. `lifespan`: what to hold open while it serves."""
    chosen = chosen or settings()
    assets = Assets()
    engine = Engine.from_environment(
        environment(assets, production=chosen.production, kept=compiled(chosen.data_dir / "templates"))
    )
    return App(
        route_handlers=[
            front_door,
            health,
            brand.show_logo,
            admin.routes,
            portal.friends,
            portal.routes,
            till.routes,
            hooks_router,
            api.routes,
            dev_router,
            assets_handler(assets),
        ],
        middleware=[Authentication(chosen.https), CsrfProtection()],
        guards=[permitted],
        dependencies={"signed": Provide(signed_in)},
        exception_handlers={Exception: errors.answer},
        before_send=[security_headers(chosen.https)],
        template_config=TemplateConfig(instance=engine),
        request_class=SaneRequest,
        request_max_body_size=LARGEST_BODY,
        openapi_config=None,
        logging_config=None,
        lifespan=list(lifespan),
        state=State({"https": chosen.https, "demo": chosen.demo}),
        debug=chosen.debug,
    )
