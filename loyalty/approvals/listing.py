"""What waits for a second person, and what became of what was asked (PRODUCT C7)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from db.engine import Row, one, rows, snapshot
from db.enums import ApprovalStatus
from loyalty import clock, programmes, turning
from loyalty.customers.tallies import CAP, tally
from loyalty.customers.views import Tally
from loyalty.errors import NotAllowed, NotFound
from loyalty.ledger.allowances import Allowance, allowance
from loyalty.rules import adjustments, approvals
from loyalty.rules.actors import Actor
from loyalty.rules.naming import name_of

WAITS = "a.status = 'waiting' AND a.lapses_at > {}"
"""Of a request `a`: it can be decided at this moment."""

_COLUMNS = """a.id, a.uid, a.points, a.reason, a.comment, a.counts_for_tiers, a.expires_at, a.asked_by, a.asked_at,
    a.lapses_at, a.status, a.decided_at, a.decision_reason, s.name AS asker, d.name AS decider,
    c.uid AS customer_uid, c.first_name, c.last_name, c.email, c.phone, c.erased_at, b.balance,
    EXISTS (SELECT 1 FROM ledger_entries r WHERE r.programme_id = a.programme_id AND r.reverses_id = a.entry_id)
      AS undone"""
_FROM = """FROM approvals a
    JOIN customers c ON c.programme_id = {0} AND c.id = a.customer_id
    JOIN accounts b ON b.programme_id = {0} AND b.customer_id = a.customer_id
    JOIN staff s ON s.programme_id = {0} AND s.id = a.asked_by
    LEFT JOIN staff d ON d.programme_id = {0} AND d.id = a.decided_by
    WHERE a.programme_id = {0}"""
_COUNTS = f"""SELECT
    (SELECT count(*) FROM (SELECT 1 FROM approvals a WHERE a.programme_id = {{0}} AND {WAITS.format("{1}")}
      LIMIT {CAP + 1}) x) AS waiting,
    (SELECT count(*) FROM (SELECT 1 FROM approvals a WHERE a.programme_id = {{0}} AND a.asked_by = {{2}}
      LIMIT {CAP + 1}) x) AS mine"""


class Shown(StrEnum):
    """Which requests a list shows: those that wait, those that have ended, one's own."""

    WAITING = "waiting"
    ENDED = "ended"
    MINE = "mine"


@dataclass(frozen=True, slots=True)
class RequestView:
    """One request. `points` is signed; `balance` is the customer's now, pending points included.

    `status` is the one by date. `why_not` says why the reader can't approve it, None when they can.
    `mine`: the reader asked. `undone`: it was approved, and the adjustment taken back since.
    """

    uid: str
    customer_uid: str
    customer_name: str
    points: int
    balance: int
    reason: str
    comment: str
    counts_for_tiers: bool
    expires: datetime | None
    asker: str
    asked: datetime
    lapses: datetime
    status: ApprovalStatus
    decider: str | None
    decided: datetime | None
    because: str
    undone: bool
    mine: bool
    why_not: str | None


@dataclass(frozen=True, slots=True)
class Queue:
    """One keyset page: what waits oldest first, the others newest first. The tallies go by date, too."""

    rows: tuple[RequestView, ...]
    waiting: Tally
    mine: Tally
    previous: str | None
    next: str | None


async def queue(programme_id: int, shown: Shown, by: Actor, cursor: str | None = None) -> Queue:
    """The requests `by` looks at, in four queries. Raises Invalid for a damaged cursor."""
    turn, now = turning.turn(cursor, int, rising=shown is Shown.WAITING), clock.now()
    where, args = {
        Shown.WAITING: (f" AND {WAITS.format('{1}')}", (now,)),
        Shown.ENDED: (" AND (a.status <> 'waiting' OR a.lapses_at <= {1})", (now,)),
        Shown.MINE: (" AND a.asked_by = {1}", (by.id,)),
    }[shown]
    place = f" AND a.id {turn.beyond} {{2}}" if turn.key else ""
    async with snapshot():
        allowed = await allowance(await programmes.get(programme_id), by, now)
        counts = await one(_COUNTS, programme_id, now, by.id)
        assert counts is not None
        found = await rows(
            f"SELECT {_COLUMNS} {_FROM}{where}{place} ORDER BY a.id {turn.order} LIMIT {turn.limit}",
            programme_id,
            *args,
            *(turn.key or ()),
        )
    page = turn.page(found, lambda row: (row["id"],))
    return Queue(
        tuple(_view(row, by, allowed, now) for row in page.items),
        tally(counts["waiting"]),
        tally(counts["mine"]),
        page.previous,
        page.next,
    )


async def request(programme_id: int, uid: str, by: Actor) -> RequestView:
    """One request as `by` reads it. Raises NotFound."""
    now = clock.now()
    async with snapshot():
        row = await one(f"SELECT {_COLUMNS} {_FROM} AND a.uid = {{1}}", programme_id, uid)
        if row is None:
            raise NotFound("There is no such request in this programme.")
        return _view(row, by, await allowance(await programmes.get(programme_id), by, now), now)


def _view(row: Row, by: Actor, allowed: Allowance, now: datetime) -> RequestView:
    status = approvals.status_at(ApprovalStatus(row["status"]), row["lapses_at"], now)
    return RequestView(
        uid=row["uid"],
        customer_uid=row["customer_uid"],
        customer_name=name_of(row),
        points=row["points"],
        balance=row["balance"],
        reason=row["reason"],
        comment=row["comment"],
        counts_for_tiers=row["counts_for_tiers"],
        expires=row["expires_at"],
        asker=row["asker"],
        asked=row["asked_at"],
        lapses=row["lapses_at"],
        status=status,
        decider=row["decider"],
        decided=row["decided_at"],
        because=row["decision_reason"],
        undone=bool(row["undone"]),
        mine=row["asked_by"] == by.id,
        why_not=_why_not(row, by, allowed),
    )


def _why_not(row: Row, by: Actor, allowed: Allowance) -> str | None:
    if row["asked_by"] == by.id:
        return "You asked; a second person decides."
    try:
        adjustments.refuse_above(row["points"], limit=allowed.limit, left_today=allowed.left_today)
    except NotAllowed as refusal:
        return str(refusal)
    return None
