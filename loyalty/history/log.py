"""The audit log: everything anybody did, newest first, and as CSV (PRODUCT O1)."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date, datetime

from db.engine import Row, rows, snapshot, stream
from loyalty import clock, programmes, turning
from loyalty.exports.pieces import pieces
from loyalty.history.filters import LogFilter
from loyalty.history.reading import COLUMNS, JOINS, deed
from loyalty.history.views import Change, Deed
from loyalty.rules.days import local_day, zone
from loyalty.rules.naming import name_of

_HEADINGS = (
    "When", "By", "Kind of actor", "Action", "What", "Reason", "Before", "After", "Undone by", "Undoes", "Customer id",
    "Action id",
)  # fmt: skip

_ALL = f"""SELECT {COLUMNS}, a.verb, c.uid AS customer_uid, c.first_name, c.last_name, c.email, c.phone,
    c.erased_at {JOINS}
    LEFT JOIN customers c ON c.programme_id = {{0}} AND c.id = a.customer_id
    WHERE @where ORDER BY a.id @order"""
_STAFF = "SELECT uid, name FROM staff WHERE programme_id = {} ORDER BY name, id"


@dataclass(frozen=True, slots=True)
class LogRow:
    """One action. `customer` is the uid of whom it was about, None for what isn't about a customer."""

    deed: Deed
    verb: str
    customer: str | None

    @property
    def at(self) -> datetime:
        return self.deed.at


@dataclass(frozen=True, slots=True)
class Log:
    """One keyset page. `actors` are the uids and names to filter by, of those who left too."""

    rows: tuple[LogRow, ...]
    actors: tuple[tuple[str, str], ...]
    since: date | None
    until: date
    previous: str | None
    next: str | None


async def log(programme_id: int, wanted: LogFilter, cursor: str | None = None) -> Log:
    """One page of what the filter lets through. Raises Invalid for a damaged cursor."""
    turn = turning.turn(cursor, int)
    async with snapshot():
        programme = await programmes.get(programme_id)
        here = zone(programme.time_zone)
        today = local_day(clock.now(), here)
        where = wanted.condition(programme_id, today, here, turn)
        sql = _ALL.replace("@where", where.sql).replace("@order", f"{turn.order} LIMIT {turn.limit}")
        found = await rows(sql, *where.args)
        people = await rows(_STAFF, programme_id)
    page = turn.page(found, lambda row: (row["id"],))
    since, until = wanted.days(today)
    actors = tuple((person["uid"], person["name"]) for person in people)
    return Log(tuple(_row(row) for row in page.items), actors, since, until, page.previous, page.next)


async def csv(programme_id: int, wanted: LogFilter) -> AsyncIterator[str]:
    """Pieces of the file, newest first, on a connection of its own.

    Moments are in the programme's zone. No cell can be taken for a formula.
    """
    here = zone((await programmes.get(programme_id)).time_zone)
    where = wanted.condition(programme_id, local_day(clock.now(), here), here)
    found = stream(_ALL.replace("@where", where.sql).replace("@order", "DESC"), *where.args)
    async for piece in pieces(_HEADINGS, (_cells(_row(each)) async for each in found), here):
        yield piece


def _row(row: Row) -> LogRow:
    about = row["customer_uid"]
    return LogRow(deed(row, name_of(row) if about else "a customer"), row["verb"], about)


def _cells(row: LogRow) -> tuple[object, ...]:
    done = row.deed
    return (
        done.at,
        done.actor,
        str(done.actor_kind),
        row.verb,
        done.sentence,
        done.reason,
        _said(done.changes, "before"),
        _said(done.changes, "after"),
        done.undone_by,
        done.undoes,
        row.customer,
        done.uid,
    )


def _said(changes: tuple[Change, ...], side: str) -> str:
    shown = [(change.label, getattr(change, side)) for change in changes]
    return "; ".join(f"{label}: {value}" for label, value in shown if value is not None)
