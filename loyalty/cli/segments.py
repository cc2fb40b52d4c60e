"""regulars segments refresh | list | explain EMAIL"""

from datetime import date
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from loyalty.cli.options import JsonOption, ProgrammeOption
from loyalty.cli.refusals import Refusal
from loyalty.cli.terminal import answer, say

if TYPE_CHECKING:
    from loyalty.segments.listing import Segments
    from loyalty.segments.refreshing import Refreshed
    from loyalty.segments.standing import Standing

app = typer.Typer(help="Who belongs where, and why.", no_args_is_help=True)


@app.callback()
def segments() -> None:
    """Who belongs where, and why."""


@app.command()
def refresh(
    as_of: Annotated[
        str | None,
        typer.Option("--as-of", metavar="DATE", help="As if this day were the last one that is over."),
    ] = None,
    programme: ProgrammeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Look at everybody again, in full, as the night does."""
    from loyalty.cli.database import run

    day = _day(as_of) if as_of else None

    async def refreshing() -> "Refreshed":
        from loyalty import programmes
        from loyalty.segments.refreshing import refresh as refresh_all

        return await refresh_all((await programmes.find(programme)).id, as_of=day)

    done = run(refreshing)
    if as_json:
        answer(done)
        return
    say(
        f"Segments stand at the end of {done.day.isoformat()}: {done.entered:,} entries, {done.left:,} exits."
    )


@app.command("list")
def list_(programme: ProgrammeOption = None, as_json: JsonOption = False) -> None:
    """Every segment with its size and how it changed in 30 days."""
    from loyalty.cli.database import run

    async def listing() -> "Segments":
        from loyalty import programmes
        from loyalty.segments.listing import listing as list_all

        return await list_all((await programmes.find(programme)).id)

    found = run(listing)
    if as_json:
        answer(found)
        return
    if found.as_of is None:
        say("Nobody has been looked at yet. Run: regulars segments refresh")
        return
    say(f"At the end of {found.as_of.isoformat()}:")
    for row in found.rows:
        change = "" if row.change is None else f"{row.change:+,}"
        say(f"{row.kind.value:<12} {row.name:<28} {row.people:>10,} {change:>9}")


@app.command()
def explain(
    email: Annotated[str, typer.Argument(help="The customer's e-mail address.")],
    programme: ProgrammeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say which segments somebody is in, since when, by which numbers, and what would change it."""
    from loyalty.cli.database import run
    from loyalty.rules.orders import normalised_email

    async def explaining() -> tuple["Standing", ZoneInfo]:
        from loyalty import programmes
        from loyalty.rules.days import zone
        from loyalty.segments.standing import explained

        found = await programmes.find(programme)
        return await explained(found.id, normalised_email(email) or ""), zone(found.time_zone)

    standing, here = run(explaining)
    if as_json:
        answer(standing)
        return
    for line in _lines(standing, here):
        say(line)


def _lines(standing: "Standing", here: ZoneInfo) -> list[str]:
    from loyalty.segments.saying import said

    value, lines = standing.value, []
    if value is None:
        lines.append("In no value segment: not looked at yet, or no longer in the programme.")
    else:
        scored = value.scored
        lines.append(f"{value.name}, since {value.since.date().isoformat()}")
        if value.last_order is not None:
            lines += [
                f"  R {scored.r_days} days ({scored.r} of 5), F {scored.f_count} order days ({scored.f} of 5),"
                f" M {scored.m_minor} minor units ({scored.m} of 5)",
                f"  Row {value.place} of the map: {value.rule}",
            ]
        if value.is_old:
            lines.append("  The last order is older than the window, so R is 1 and F and M are at most 2.")
        if value.way:
            plural = "" if value.way.days == 1 else "s"
            more = [f"{value.way.days} more order day{plural}"] if value.way.days else []
            more += [f"{value.way.minor} more minor units"] if value.way.minor else []
            needs = ["an order"] if value.way.order else []
            lines.append(f"  {value.way.segment} with {' and '.join(needs + more)}")
        if value.fall:
            lines.append(f"  {value.fall.segment} in {value.fall.in_days} days without an order")
    for badge in standing.badges:
        facts = ", ".join(said(badge.facts, here))
        lines.append(f"{badge.name}, since {badge.since.date().isoformat()}: {facts or 'on the list'}")
    return lines


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise Refusal(f"--as-of: “{text}” isn't a day such as 2026-12-31.") from None
    if not 1990 < day.year < 2058:
        raise Refusal(f"--as-of: “{text}” isn't in the years 1991 to 2057.")
    return day
