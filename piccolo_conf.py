"""Where Piccolo's command line and Table classes find the engine and the migrations."""

from functools import lru_cache
from typing import Any

from piccolo.conf.apps import AppRegistry

import db.engine
from loyalty.settings import settings

APP_REGISTRY = AppRegistry(apps=["db.piccolo_app"])


@lru_cache(maxsize=1)
def _configured() -> db.engine.Database:
    return db.engine.database_for(settings().database_url, **settings().engine_options)


def __getattr__(name: str) -> Any:
    """`DB` is the connected engine; before `connect`, one for the configured database."""
    if name != "DB":
        raise AttributeError(name)
    try:
        return db.engine.engine()
    except RuntimeError:
        return _configured()
