"""regulars export KIND FILE"""

from datetime import UTC, date, datetime
from enum import StrEnum
from importlib import import_module
from pathlib import Path
from typing import Annotated

import typer

from loyalty.cli.options import JsonOption, ProgrammeOption
from loyalty.cli.refusals import Refusal
from loyalty.cli.terminal import answer, counting, note


class Kind(StrEnum):
    """What is written; each is a module of `loyalty.exports`."""

    BALANCES = "balances"
    CUSTOMERS = "customers"
    ENTRIES = "entries"


def export(
    kind: Annotated[Kind, typer.Argument(help="What to write.")],
    file: Annotated[Path, typer.Argument(help="A CSV file; .gz is gzipped, - is standard output.")],
    as_of: Annotated[
        str | None,
        typer.Option(
            "--as-of", metavar="DATE", help="As it was at the end of this day, or at this ISO moment."
        ),
    ] = None,
    programme: ProgrammeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write a CSV file, complete or not at all."""
    from loyalty.cli.database import run
    from loyalty.exports.files import csv_file

    async def exporting() -> int:
        from loyalty import programmes

        found = await programmes.find(programme)
        source, count = import_module(f"loyalty.exports.{kind}"), 0
        moment = _moment(as_of, found.time_zone) if as_of else None
        with csv_file(file) as write, counting(kind.value.capitalize()) as progress:
            write(source.COLUMNS)
            async for row in source.rows(found.id, moment):
                write(row)
                count += 1
                if count % 500 == 0:
                    progress(count)
        return count

    count = run(exporting)
    if as_json and str(file) != "-":
        answer({"rows": count, "file": str(file)})
    else:
        note(f"{count:,} rows written.")


def _moment(text: str, time_zone: str) -> datetime:
    """The end of a day in the programme's zone, or a moment; one without an offset is in that zone too."""
    from loyalty.rules.days import day_end, zone
    from loyalty.rules.incoming import FIRST, LAST

    try:
        if len(text) == len("2026-12-31"):
            moment = day_end(date.fromisoformat(text), zone(time_zone))
        else:
            moment = datetime.fromisoformat(text)
        moment = (moment if moment.tzinfo else moment.replace(tzinfo=zone(time_zone))).astimezone(UTC)
    except (ValueError, OverflowError):
        raise Refusal(f"--as-of: “{text}” isn't a day such as 2026-12-31.") from None
    if not FIRST <= moment < LAST:
        raise Refusal(f"--as-of: “{text}” isn't in the years {FIRST.year} to {LAST.year - 1}.")
    return moment
