"""bin/bench [NAME] [--rows 10k|1m|10m] [--engine sqlite|postgresql] [--json]"""

import argparse
import asyncio
import logging
import os
import platform
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import structlog

from bench import depot
from bench.table import Table

NAMES = ("pages", "writes", "batches")


def main() -> None:
    given = argparse.ArgumentParser(
        prog="bin/bench", description="Speed, measured beside its limit in the same run."
    )
    given.add_argument("name", nargs="?", choices=(*NAMES, "soak"), help="default: all but the soak")
    given.add_argument(
        "--rows", choices=("10k", "1m", "10m"), default="10k", help="ledger entries, ten a customer"
    )
    given.add_argument("--engine", choices=("sqlite", "postgresql"), default="sqlite")
    given.add_argument("--minutes", type=float, default=10.0, help="how long the soak lasts")
    given.add_argument("--json", action="store_true", help="answer in JSON, for machines")
    given.add_argument(
        "--folder", type=Path, default=depot.usual_folder(), help="where made databases are kept"
    )
    given.add_argument("--forget", action="store_true", help="remove every made database, and end")
    wanted = given.parse_args()
    if wanted.forget:
        depot.forget(wanted.folder)
        return
    structlog.configure(
        processors=[structlog.processors.JSONRenderer()],
        wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    with depot.depot(wanted.engine, wanted.folder) as store:
        title = f"{wanted.engine}, {wanted.rows} entries, {_where()}"
        table = Table(title, as_json=wanted.json)
        for name in [wanted.name] if wanted.name else NAMES:
            more = {"minutes": wanted.minutes} if name == "soak" else {}
            asyncio.run(import_module(f"bench.{name}").bench(table, store, wanted.rows, **more))
        table.end()


def _where() -> str:
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True
    ).stdout.strip()
    load = os.getloadavg()[0]
    return f"{os.cpu_count()} cores, load {load:.1f}, Python {platform.python_version()}, commit {commit or 'unknown'}"


if __name__ == "__main__":
    main()
