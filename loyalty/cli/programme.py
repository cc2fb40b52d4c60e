"""regulars programme apply | show"""

import asyncio
from pathlib import Path

import typer

from loyalty.cli.options import JsonOption, ProgrammeOption
from loyalty.cli.terminal import answer, note, say

app = typer.Typer(help="The programme as a file.", no_args_is_help=True)


@app.command("apply")
def apply_file(file: Path, as_json: JsonOption = False) -> None:
    """Create the programme a TOML file describes, or bring it up to date. Repeating changes nothing."""
    from loyalty.cli.database import connected
    from loyalty.integrations import files
    from loyalty.programme_files import Applied, apply, read
    from loyalty.rules.actors import SYSTEM

    wanted = read("".join(files.text(file)))

    async def applying() -> Applied:
        async with connected(make=True):
            return await apply(wanted, by=SYSTEM)

    applied = asyncio.run(applying())
    for sentence in applied.notes:
        note(f"Note: {sentence}.")
    if as_json:
        answer({"programme": wanted.handle, "created": applied.created, "changes": applied.changes})
        return
    for change in applied.changes:
        say(change)
    if not applied.changes:
        say(f"{wanted.name} is as the file says; nothing changed.")


@app.command()
def show(programme: ProgrammeOption = None) -> None:
    """Print the programme as a TOML file that, applied again, changes nothing."""
    from loyalty.cli.database import run

    async def showing() -> str:
        from loyalty import programmes
        from loyalty.programme_files import show as shown

        return await shown((await programmes.find(programme)).id)

    say(run(showing).rstrip())
