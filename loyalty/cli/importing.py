"""regulars import KIND FILE"""

import time
from enum import StrEnum
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer

from loyalty.cli.options import JsonOption, ProgrammeOption
from loyalty.cli.terminal import answer, counting, say


class Kind(StrEnum):
    """What a file holds; each is a module of `loyalty.imports`."""

    CUSTOMERS = "customers"
    ORDERS = "orders"
    POINTS = "points"
    PRODUCTS = "products"
    WEBHOOKS = "webhooks"


def import_(
    kind: Annotated[Kind, typer.Argument(help="What the file holds.")],
    file: Annotated[Path, typer.Argument(help="CSV, or a webhook log of JSON lines; gzipped or not.")],
    format_: Annotated[
        str | None,
        typer.Option(
            "--format", help="The platform that wrote it: shopify, woocommerce. Default: the store's."
        ),
    ] = None,
    store: Annotated[str | None, typer.Option(help="Handle of the store it belongs to.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Read everything, write nothing.")] = False,
    extra_columns: Annotated[
        bool, typer.Option("--extra-columns", help="Accept columns the format doesn't know.")
    ] = False,
    balances: Annotated[
        bool, typer.Option("--set", help="Points: make each balance what the file says, instead of adding.")
    ] = False,
    leave_out: Annotated[
        bool, typer.Option("--leave-out", help="Points: leave out rows that can't be used.")
    ] = False,
    again: Annotated[bool, typer.Option("--again", help="Points: import a file once more.")] = False,
    programme: ProgrammeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Read a shop's own file. It is read to its end before a row is written, and may be imported twice."""
    from loyalty.cli.database import run

    only_points = {"balances": balances, "leave_out": leave_out, "again": again}
    if any(only_points.values()) and kind is not Kind.POINTS:
        raise typer.BadParameter("--set, --leave-out and --again are for points.")
    if format_ and kind is Kind.POINTS:
        raise typer.BadParameter("A file of points is known by its headings; leave --format out.")

    async def importing() -> Any:
        from loyalty import programmes

        found = await programmes.find(programme)
        more: dict[str, Any] = {"store": store, "dry_run": dry_run}
        if kind is not Kind.WEBHOOKS:
            more["extra_columns"] = extra_columns
        if kind is Kind.POINTS:
            more |= only_points
        else:
            more["platform"] = format_ or await _platform(found.id, store)
        with counting(kind.value.capitalize()) as progress:
            return await import_module(f"loyalty.imports.{kind}").run(
                found.id, file, progress=progress, **more
            )

    started = time.monotonic()
    report = run(importing)
    seconds = time.monotonic() - started
    if as_json:
        fields = {name: getattr(report, name) for name in report.__dataclass_fields__}
        answer({**fields, "sentence": report.sentence, "seconds": round(seconds, 3)})
    else:
        say(f"{report.sentence} ({seconds:.1f} s)")


async def _platform(programme_id: int, store: str | None) -> str:
    """The platform of the store named, or the only one there is."""
    from db.engine import rows
    from loyalty.cli.refusals import Refusal

    found = await rows(
        "SELECT DISTINCT platform FROM stores WHERE programme_id = {} AND (CAST({} AS TEXT) IS NULL OR handle = {})",
        programme_id,
        store,
        store,
    )
    if store and not found:
        raise Refusal(f"There is no store “{store}” in this programme.")
    if len(found) != 1:
        raise Refusal("Say which platform wrote the file, such as --format shopify.")
    return str(found[0]["platform"])
