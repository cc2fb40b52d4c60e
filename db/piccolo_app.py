"""The database as Piccolo's command line sees it."""

import importlib
import pkgutil
from pathlib import Path

from piccolo.conf.apps import AppConfig
from piccolo.table import Table

_HERE = Path(__file__).resolve().parent


def table_classes() -> list[type[Table]]:
    """Every Table class of db/tables, in the order of its file."""
    modules = [f"db.tables.{module.name}" for module in pkgutil.iter_modules([str(_HERE / "tables")])]
    return [
        member
        for name in modules
        for member in vars(importlib.import_module(name)).values()
        if isinstance(member, type) and issubclass(member, Table) and member.__module__ == name
    ]


APP_CONFIG = AppConfig(
    app_name="db",
    migrations_folder_path=str(_HERE / "migrations"),
    table_classes=table_classes(),
)
