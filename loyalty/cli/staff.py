"""regulars staff add"""

import sys
from typing import Annotated

import typer

from db.enums import StaffRole
from loyalty.cli.options import JsonOption, ProgrammeOption
from loyalty.cli.terminal import answer, say

app = typer.Typer(help="Who works here.", no_args_is_help=True)


@app.callback()
def staff() -> None:
    """Who works here."""


@app.command()
def add(
    email: str,
    role: Annotated[StaffRole, typer.Option(help="What they may do.")],
    name: Annotated[str, typer.Option(help="How they are called; default: from the address.")] = "",
    programme: ProgrammeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Let somebody work here. A password is read from standard input; from a terminal you get a one-time link."""
    from loyalty.cli.database import run
    from loyalty.rules.actors import SYSTEM
    from loyalty.settings import settings
    from loyalty.staff.adding import Added
    from loyalty.staff.adding import add as add_staff
    from loyalty.staff.first import link_url

    password = None if sys.stdin.isatty() else sys.stdin.readline().rstrip("\r\n") or None

    async def adding() -> Added:
        from loyalty import programmes

        found = await programmes.find(programme)
        return await add_staff(found.id, email, role, by=SYSTEM, name=name, password=password)

    added = run(adding)
    link = link_url(settings().base_url, added.link_token) if added.link_token else None
    if as_json:
        answer({"email": added.account.email, "role": role.value, "link": link})
    elif link:
        say(f"{added.account.email} was invited. The link works once, within a day: {link}")
    else:
        say(f"{added.account.email} can sign in.")


@app.command()
def reset(email: str, programme: ProgrammeOption = None) -> None:
    """Reset two-step sign-in of somebody who lost phone and recovery codes. They are signed out everywhere."""
    from loyalty.cli.database import run
    from loyalty.errors import NotFound
    from loyalty.rules.actors import SYSTEM
    from loyalty.rules.orders import normalised_email
    from loyalty.staff.accounts import Account, listing
    from loyalty.two_step import resetting

    async def again() -> Account:
        from loyalty import programmes

        found = await programmes.find(programme)
        people = {person.email: person for person in await listing(found.id)}
        account = people.get(normalised_email(email) or email)
        if account is None:
            raise NotFound(f"Nobody with the address {email} works here.")
        return await resetting.reset(found.id, account.uid, by=SYSTEM)

    say(f"{run(again).email} can sign in without a code, and set it up anew.")
