"""Options that several commands share."""

from typing import Annotated

import typer

ProgrammeOption = Annotated[
    str | None,
    typer.Option("--programme", metavar="HANDLE", help="Which programme, where there are several."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Answer in JSON, for machines.")]
