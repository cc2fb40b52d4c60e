"""regulars mail bounces FILE"""

from collections import Counter
from pathlib import Path
from typing import Annotated

import typer

from loyalty.cli.options import JsonOption
from loyalty.cli.refusals import Refusal
from loyalty.cli.terminal import answer, counting, say

app = typer.Typer(help="Mail to customers.", no_args_is_help=True)


@app.callback()
def mail() -> None:
    """Mail to customers."""


@app.command()
def bounces(
    place: Annotated[
        Path, typer.Argument(metavar="FILE", help="mbox, one mail (.eml), a maildir, or a folder of mails.")
    ],
    as_json: JsonOption = False,
) -> None:
    """Read what mail servers reported to the address mail comes from. A file may be read twice."""
    from loyalty.bounces import mailboxes, reading, taking
    from loyalty.cli.database import run

    async def taking_all() -> Counter[str]:
        found = Counter[str]()
        with counting("Mails") as progress:
            for raw in mailboxes.mails(place):
                reports = reading.read(raw)
                found["mails"] += 1
                found["other_mails"] += not reports
                for report in reports:
                    found[await taking.take(report)] += 1
                progress(found["mails"])
        return found

    try:
        found = run(taking_all)
    except OSError as wrong:
        raise Refusal(f"{place} can’t be read: {wrong.strerror}.") from None
    counts = {name: found[name] for name in ("mails", *taking.Taken, "other_mails")}
    if as_json:
        answer(counts)
        return
    say(
        f"{counts['mails']:,} mails: {counts['bounced']:,} bounces, {counts['late']:,} late,"
        f" {counts['unsubscribed']:,} want no more, {counts['known']:,} known already,"
        f" {counts['not_ours']:,} about nothing we sent, {counts['other_mails']:,} no reports."
    )
