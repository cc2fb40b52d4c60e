"""All campaigns together: what they sent, cost and brought, by what they were for. PRODUCT M4.

It is put together from what the worker counted of each, so it costs the same however many people they had.
"""

from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from db.engine import Row, loads, rows, snapshot, stream
from db.enums import Arm, Objective
from db.paging import Page
from loyalty import programmes, turning
from loyalty.exports.pieces import pieces
from loyalty.rules.campaigns import pooling
from loyalty.rules.campaigns.intervals import Interval
from loyalty.rules.campaigns.pooling import Pair
from loyalty.rules.campaigns.results import Result
from loyalty.rules.days import zone

MOST = 500
"""Of how many campaigns, the latest, the sums are."""

PAGE = 25

# An automation is one line: its draft, which all its campaigns are counted under.
_ALL = """SELECT c.id, c.uid, c.name, c.objective, c.started_at, a.on_since, k.found, k.counted_at FROM campaigns c
    LEFT JOIN automations a ON a.programme_id = c.programme_id AND a.campaign_id = c.id
    LEFT JOIN campaign_results k ON k.programme_id = c.programme_id AND k.campaign_id = c.id
    WHERE c.programme_id = {} AND (a.on_since IS NOT NULL
      OR c.automation_id IS NULL AND c.started_at IS NOT NULL)"""
_HEADINGS = (
    "Campaign", "Objective", "Begun", "Sent to", "Delivered", "Clicked", "Ordered", "Held back", "Held back ordered",
    "Share lift", "Share low", "Share high", "A member minor", "A member low", "A member high", "Cost minor", "Counted",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """One campaign; `result` None: it wasn't counted yet."""

    uid: str
    name: str
    objective: Objective
    started_at: datetime
    result: Result | None
    counted_at: datetime | None


@dataclass(frozen=True, slots=True)
class Group:
    """Campaigns of one objective, or of all (None). `compared` of them held people back; their differences
    together are `buyers`, of the shares who order, and `money`, in minor units a member.

    `cost` in minor units, of those whose cost is known; of `costless` it isn't.
    """

    objective: Objective | None
    campaigns: int
    sent: int
    delivered: int
    cost: int
    costless: int
    compared: int
    buyers: Interval | None
    money: Interval | None


@dataclass(frozen=True, slots=True)
class Overview:
    """`uncounted` campaigns have begun and wait for the worker; `cut`: there are older ones beside these."""

    groups: tuple[Group, ...]
    whole: Group
    uncounted: int
    cut: bool
    lines: Page[Line]


async def overview(programme_id: int, cursor: str | None = None) -> Overview:
    """Everything; two statements. Raises Invalid for a damaged cursor."""
    turn = turning.turn(cursor, int, size=PAGE)
    beyond = f" AND c.id {turn.beyond} {{}}" if turn.key else ""
    async with snapshot():
        found = await rows(f"{_ALL} ORDER BY c.id DESC LIMIT {MOST + 1}", programme_id)
        listed = await rows(
            f"{_ALL}{beyond} ORDER BY c.id {turn.order} LIMIT {turn.limit}", programme_id, *(turn.key or ())
        )
    lines = [_line(row) for row in found[:MOST]]
    by = {each: [line for line in lines if line.objective is each] for each in Objective}
    return Overview(
        groups=tuple(_group(objective, of) for objective, of in by.items() if of),
        whole=_group(None, lines),
        uncounted=sum(line.result is None for line in lines),
        cut=len(found) > MOST,
        lines=turn.page(listed, lambda row: (row["id"],)).map(_line),
    )


async def csv(programme_id: int) -> AsyncIterator[str]:
    """A row for each campaign that has begun, the newest first."""
    here: ZoneInfo = zone((await programmes.get(programme_id)).time_zone)
    lines = (_cells(_line(row)) async for row in stream(f"{_ALL} ORDER BY c.id DESC", programme_id))
    async for piece in pieces(_HEADINGS, lines, here):
        yield piece


def _group(objective: Objective | None, lines: Sequence[Line]) -> Group:
    results = [line.result for line in lines if line.result is not None]
    treated = [arm for result in results if (arm := result.of(Arm.TREATMENT))]
    pairs = list(_pairs(results))
    costs = [result.given.cost for result in results]
    return Group(
        objective=objective,
        campaigns=len(lines),
        sent=sum(arm.assigned for arm in treated),
        delivered=sum(arm.delivered for arm in treated),
        cost=sum(cost for cost in costs if cost is not None),
        costless=sum(cost is None for cost in costs),
        compared=len(pairs),
        buyers=pooling.buyers(pairs),
        money=pooling.money(pairs),
    )


def _pairs(results: Iterable[Result]) -> Iterable[Pair]:
    for result in results:
        treated, held = result.of(Arm.TREATMENT), result.of(Arm.CONTROL)
        if treated and held and treated.assigned and held.assigned:
            yield Pair(treated, held)


def _line(row: Row) -> Line:
    return Line(
        uid=row["uid"],
        name=row["name"],
        objective=Objective(row["objective"]),
        started_at=row["started_at"] or row["on_since"],
        result=Result.from_dict(loads(row["found"])) if row["found"] is not None else None,
        counted_at=row["counted_at"],
    )


def _cells(line: Line) -> Sequence[object]:
    result = line.result or Result()
    treated, held, beside = result.of(Arm.TREATMENT), result.of(Arm.CONTROL), result.beside(Arm.CONTROL)
    told = (treated.assigned, treated.delivered, treated.clicked, treated.ordered) if treated else ("",) * 4
    base = (held.assigned, held.ordered) if held else ("",) * 2
    lift = [f"{each:.4f}" for each in _ends(beside.lift)] if beside else [""] * 3
    money = [round(each) for each in _ends(beside.revenue)] if beside and not beside.few_buyers else [""] * 3
    cost = result.given.cost if line.result else ""
    return (line.name, line.objective, line.started_at, *told, *base, *lift, *money, cost, line.counted_at)


def _ends(interval: Interval) -> tuple[float, float, float]:
    return interval.value, interval.low, interval.high
