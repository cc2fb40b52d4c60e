"""What a dry-run found: the sums, and the customers for whom it makes a difference (PRODUCT I2)."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from db.engine import Row, rows, snapshot
from loyalty import programmes, turning
from loyalty.customers.tier_marks import tier_marks
from loyalty.customers.views import TierMark
from loyalty.dry_runs import stored
from loyalty.dry_runs.stored import DryRun
from loyalty.rules import money
from loyalty.rules.days import local_day, zone
from loyalty.rules.dry_runs import Proposal
from loyalty.rules.naming import name_of

PAGE_SIZE = 25
RECENT = 5

_MICROS = 1_000_000
_CUSTOMERS = """SELECT r.customer_id, r.orders, r.points_before, r.points_after, r.difference, r.tier_before_id,
      r.tier_after_id, r.tier_moves, c.uid, c.first_name, c.last_name, c.email, c.phone, c.erased_at
    FROM dry_run_customers r JOIN customers c ON c.programme_id = r.programme_id AND c.id = r.customer_id
    WHERE r.programme_id = {{}} AND r.run_id = {{}} AND {kind}{where}
    ORDER BY r.difference {order}, r.customer_id {order} LIMIT {limit}"""
_RECENT = f"""SELECT {stored.COLUMNS}{stored.FROM}
    WHERE d.programme_id = {{}} AND r.uid = {{}} ORDER BY d.id DESC LIMIT {RECENT}"""


class Touched(StrEnum):
    """Whom the list shows."""

    WINNERS = "winners"
    LOSERS = "losers"
    MOVERS = "movers"


_KINDS = {
    Touched.WINNERS: "r.difference > 0",
    Touched.LOSERS: "r.difference < 0",
    Touched.MOVERS: "r.tier_moves <> 0",
}


@dataclass(frozen=True, slots=True)
class TouchedCustomer:
    """One customer: points of the period's orders as they are and as they would be, and the tiers that follow."""

    uid: str
    name: str
    orders: int
    before: int
    after: int
    difference: int
    tier_before: TierMark | None
    tier_after: TierMark | None
    moves: int


@dataclass(frozen=True, slots=True)
class Result:
    """A run with one page of whom it touches. `cost` is minor units of the programme's currency, None where a
    point has no price; `first` and `last` are the days looked at, `undated`: the rule's own dates were left out.
    """

    run: DryRun
    first: date
    last: date
    difference: int
    cost: int | None
    undated: bool
    kind: Touched
    rows: tuple[TouchedCustomer, ...]
    previous: str | None
    next: str | None

    def query(self, **also: str | None) -> str:
        """The address of another page of the same list."""
        at = also.get("at")
        return f"show={self.kind}" + (f"&at={at}" if at else "")


async def result(
    programme_id: int, uid: str, kind: Touched | None = None, cursor: str | None = None
) -> Result:
    """A run and one page of its customers, those most touched first. Raises NotFound, Invalid."""
    async with snapshot():
        found = await stored.by_uid(programme_id, uid)
        programme = await programmes.get(programme_id)
        kind = kind or (Touched.WINNERS if found.winners or not found.losers else Touched.LOSERS)
        turn = turning.turn(cursor, int, int, size=PAGE_SIZE, rising=kind is Touched.LOSERS)
        where = f" AND (r.difference, r.customer_id) {turn.beyond} ({{}}, {{}})" if turn.key else ""
        sql = _CUSTOMERS.format(kind=_KINDS[kind], where=where, order=turn.order, limit=str(turn.limit))
        people = await rows(sql, programme_id, found.id, *(turn.key or ()))
        marks = await tier_marks(programme_id)
    page = turn.page(people, lambda row: (row["difference"], row["customer_id"]))
    here = zone(programme.time_zone)
    first, last = local_day(found.since, here), local_day(found.until - timedelta(microseconds=1), here)
    difference = found.points_after - found.points_before
    proposal = Proposal(found.rule_id, (0, 0), found.definition, first, last)
    return Result(
        run=found,
        first=first,
        last=last,
        difference=difference,
        cost=_cost(difference, programme.point_value_micros, programme.currency),
        undated=proposal.tried != found.definition,
        kind=kind,
        rows=tuple(_touched(row, marks) for row in page.items),
        previous=page.previous,
        next=page.next,
    )


async def recent(programme_id: int, rule_uid: str) -> tuple[DryRun, ...]:
    """The latest runs of a rule, the newest first."""
    return tuple(DryRun.of(row) for row in await rows(_RECENT, programme_id, rule_uid))


def _cost(points: int, micros: int, currency: str) -> int | None:
    if not micros:
        return None
    sign = -1 if points < 0 else 1
    return sign * (abs(points) * micros * 10 ** money.exponent(currency) // _MICROS)


def _touched(row: Row, marks: dict[int, TierMark]) -> TouchedCustomer:
    return TouchedCustomer(
        uid=row["uid"],
        name=name_of(row),
        orders=row["orders"],
        before=row["points_before"],
        after=row["points_after"],
        difference=row["difference"],
        tier_before=marks.get(row["tier_before_id"]),
        tier_after=marks.get(row["tier_after_id"]),
        moves=row["tier_moves"],
    )
