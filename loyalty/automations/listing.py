"""All automations with how many wait and were sent to; and one with everybody it began for. PRODUCT M4, M5."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from db.engine import Row, rows, snapshot
from db.enums import Arm, LeftOut, RecipientState
from db.ids import EPOCH, moment_of
from db.paging import Page
from loyalty import turning
from loyalty.automations import already, checking, editions, stored
from loyalty.automations.stored import Automation
from loyalty.campaigns import stored as campaigns
from loyalty.campaigns.checking import Problem
from loyalty.campaigns.listing import Clicked, Tally
from loyalty.campaigns.stored import Campaign
from loyalty.errors import Invalid
from loyalty.rules.naming import name_of

PAGE = 25
LATER = "later"
"""Sorts out those whose moment hasn't come."""

RARE = 2_000
"""So many people with one outcome are sorted for a page of them."""

# Any moment will do for `due_at`: with one, SQLite reads the index of those who wait.
_LATER = """SELECT r.automation_id, count(*) AS people FROM automation_runs r
    WHERE r.programme_id = {} AND r.automation_id IN (@ids) AND r.state = 'waiting' AND r.due_at > {}
    GROUP BY r.automation_id"""
_TALLIES = """SELECT c.automation_id, t.state, CAST(sum(t.people) AS BIGINT) AS people FROM campaigns c
    JOIN campaign_tallies t ON t.programme_id = c.programme_id AND t.campaign_id = c.id AND t.people > 0
    WHERE c.programme_id = {} AND c.automation_id IN (@ids) GROUP BY c.automation_id, t.state"""
_REASONS = """SELECT t.reason, CAST(sum(t.people) AS BIGINT) AS people FROM campaigns c
    JOIN campaign_tallies t ON t.programme_id = c.programme_id AND t.campaign_id = c.id AND t.people > 0
    WHERE c.programme_id = {} AND c.automation_id = {} AND t.state = 'left_out' GROUP BY t.reason"""
_LINKS = """SELECT l.label, l.target, l.arm, CAST(sum(l.clicks) AS BIGINT) AS clicks,
      CAST(sum(l.people) AS BIGINT) AS people
    FROM campaigns c JOIN campaign_links l ON l.programme_id = c.programme_id AND l.campaign_id = c.id
    WHERE c.programme_id = {} AND c.automation_id = {} GROUP BY l.label, l.target, l.arm
    ORDER BY min(l.number), l.label"""
_MET = """SELECT r.customer_id, r.began, r.due_at, r.state AS run, w.arm, w.state, w.reason, w.note, w.posted_at,
      w.delivered_at, c.uid, c.first_name, c.last_name, c.email, c.phone, c.erased_at"""
_PEOPLE = f"""{_MET} FROM automation_runs r
    JOIN customers c ON c.programme_id = r.programme_id AND c.id = r.customer_id
    LEFT JOIN campaign_recipients w ON w.programme_id = r.programme_id AND w.campaign_id = r.campaign_id
      AND w.customer_id = r.customer_id
    WHERE r.programme_id = {{}} AND r.automation_id = {{}} @only
    ORDER BY r.began @order, r.customer_id @order LIMIT @limit"""
# Those who share a rare outcome are looked up by it and sorted: the other way round all would be read for them.
_RARE = f"""{_MET} FROM campaigns e
    JOIN campaign_recipients w ON w.programme_id = e.programme_id AND w.campaign_id = e.id
    JOIN automation_runs r ON r.programme_id = w.programme_id AND r.campaign_id = w.campaign_id
      AND r.customer_id = w.customer_id
    JOIN customers c ON c.programme_id = r.programme_id AND c.id = r.customer_id
    WHERE e.programme_id = {{}} AND e.automation_id = {{}} @only
    ORDER BY r.began + 0 @order, r.customer_id + 0 @order LIMIT @limit"""


@dataclass(frozen=True, slots=True)
class Line:
    """One automation of the list: how many wait for their moment, were sent to, and got nothing."""

    automation: Automation
    later: int
    sent: int
    delivered: int
    held: int
    left_out: int


@dataclass(frozen=True, slots=True)
class Met:
    """Somebody it began for. `state` None: their moment comes at `due_at`. `why` None: they weren't left out."""

    uid: str
    name: str
    email: str | None
    began: datetime
    due_at: datetime
    arm: Arm | None
    state: RecipientState | None
    why: LeftOut | None
    note: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Progress:
    """An automation as it goes. `stopped` is why one of its campaigns stopped by itself.

    `already` is for how many people its trigger holds now; None: it is something that happens.
    """

    automation: Automation
    draft: Campaign
    problems: tuple[Problem, ...]
    already: int | None
    stopped: str
    later: int
    tally: Tally
    reasons: Mapping[LeftOut, int]
    links: tuple[Clicked, ...]
    people: Page[Met]
    only: str

    @property
    def began(self) -> int:
        """For how many it has begun."""
        return self.later + sum(self.tally.values())


async def listing(programme_id: int, cursor: str | None = None) -> Page[Line]:
    """A page of those that aren't put away, the newest first; three statements. Raises Invalid for a damaged cursor."""
    turn = turning.turn(cursor, int, size=PAGE)
    async with snapshot():
        beyond = f"AND a.id {turn.beyond} {{}}" if turn.key else ""
        found = await stored.page(programme_id, beyond, turn.order, turn.limit, *(turn.key or ()))
        page = turn.page(found, lambda row: (row["id"],))
        ids = [row["id"] for row in page.items]
        later, tallies = await _later(programme_id, ids), await _tallies(programme_id, ids)
    return page.map(lambda row: _line(stored.of(row), later.get(row["id"], 0), tallies.get(row["id"], {})))


async def progress(programme_id: int, uid: str, only: str = "", cursor: str | None = None) -> Progress:
    """One, with a page of those it began for: all, or `only` those in a state, with a reason or yet to come.

    Raises NotFound, and Invalid for a damaged cursor.
    """
    async with snapshot():
        automation = await stored.find(programme_id, uid)
        ids = [automation.id]
        later, tallies = await _later(programme_id, ids), await _tallies(programme_id, ids)
        reasons = {row["reason"]: row["people"] for row in await rows(_REASONS, programme_id, automation.id)}
        going = await editions.going(programme_id, automation) if automation.is_on else []
        tally = tallies.get(automation.id, {})
        rare = bool(only) and only != LATER and {**tally, **reasons}.get(only, 0) <= RARE
        return Progress(
            automation=automation,
            draft=await campaigns.get(programme_id, automation.campaign_id),
            problems=() if automation.is_on else await checking.problems(programme_id, automation),
            already=None if automation.is_on else await already.count(programme_id, automation),
            stopped=next((each.note for each in going if each.note), ""),
            later=later.get(automation.id, 0),
            tally=tally,
            reasons={why: reasons[why] for why in LeftOut if why in reasons},
            links=tuple(
                Clicked(row["label"], row["target"], Arm(row["arm"]), row["clicks"], row["people"])
                for row in await rows(_LINKS, programme_id, automation.id)
            ),
            people=await _people(programme_id, automation, only, cursor, rare=rare),
            only=only,
        )


async def _people(
    programme_id: int, automation: Automation, only: str, cursor: str | None, *, rare: bool
) -> Page[Met]:
    turn = turning.turn(cursor, int, int)
    sql = ""
    args: list[object] = []
    if only == LATER:
        sql, args = " AND r.state = 'waiting' AND r.due_at > {}", [EPOCH]
    elif only in list(RecipientState):
        sql, args = " AND w.state = {}", [only]
    elif only in list(LeftOut):
        sql, args = " AND w.state = 'left_out' AND w.reason = {}", [only]
    elif only:
        raise Invalid("Nobody can be sorted out that way.", field="only")
    if turn.key:
        sql, args = f"{sql} AND (r.began, r.customer_id) {turn.beyond} ({{}}, {{}})", [*args, *turn.key]
    found = await rows(
        (_RARE if rare else _PEOPLE)
        .replace("@only", sql)
        .replace("@order", turn.order)
        .replace("@limit", str(turn.limit)),
        programme_id,
        automation.id,
        *args,
    )
    return turn.page(found, lambda row: (row["began"], row["customer_id"])).map(_met)


async def _later(programme_id: int, ids: Sequence[int]) -> dict[int, int]:
    found = await rows(_LATER.replace("@ids", _marks(ids)), programme_id, *ids, EPOCH)
    return {row["automation_id"]: row["people"] for row in found}


async def _tallies(programme_id: int, ids: Sequence[int]) -> dict[int, dict[RecipientState, int]]:
    found: dict[int, dict[RecipientState, int]] = {}
    for row in await rows(_TALLIES.replace("@ids", _marks(ids)), programme_id, *ids):
        found.setdefault(row["automation_id"], {})[RecipientState(row["state"])] = row["people"]
    return found


def _marks(ids: Sequence[int]) -> str:
    return ", ".join(["{}"] * len(ids)) or "NULL"


def _line(automation: Automation, later: int, tally: Tally) -> Line:
    held, left_out = tally.get(RecipientState.HELD, 0), tally.get(RecipientState.LEFT_OUT, 0)
    return Line(
        automation,
        later,
        sum(tally.values()) - held - left_out,
        tally.get(RecipientState.DELIVERED, 0),
        held,
        left_out,
    )


def _met(row: Row) -> Met:
    return Met(
        uid=row["uid"],
        name=name_of(row),
        email=row["email"],
        began=moment_of(row["began"]),
        due_at=row["due_at"],
        arm=Arm(row["arm"]) if row["arm"] else None,
        state=RecipientState(row["state"]) if row["state"] else None,
        why=LeftOut(row["reason"]) if row["reason"] else None,
        note=row["note"] or "",
        at=row["delivered_at"] or row["posted_at"],
    )
