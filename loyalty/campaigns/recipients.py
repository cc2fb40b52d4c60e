"""Everybody of a campaign, by what became of them: a page at a time, or all as a file. PRODUCT M4, M5."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Self
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from db.engine import Row, atomic, rows, stream
from db.enums import Arm, LeftOut, RecipientState
from db.paging import Page
from loyalty import audit, programmes, turning
from loyalty.campaigns.stored import Campaign
from loyalty.customers.search import Condition
from loyalty.errors import Invalid
from loyalty.exports.pieces import pieces
from loyalty.rules.actors import Actor
from loyalty.rules.days import zone
from loyalty.rules.naming import name_of

LONGEST = 40

# In the order of the indexes on arm, segment and state: whatever is asked for is read from its start.
_ALL = """SELECT r.customer_id, r.arm, r.state, r.reason, r.note, r.posted_at, r.delivered_at, r.clicked_at,
      r.opened_at, r.opens, r.read_at, r.call_state, c.uid, c.first_name, c.last_name, c.email, c.phone, c.erased_at,
      s.name AS segment
    FROM campaign_recipients r
    JOIN customers c ON c.programme_id = r.programme_id AND c.id = r.customer_id
    LEFT JOIN segments s ON s.programme_id = r.programme_id AND s.id = r.segment_id
    WHERE r.programme_id = {} AND r.campaign_id = {} AND @chosen
    ORDER BY r.state @order, r.reason @order, r.customer_id @order"""
_ORDER = ("r.state", "r.reason", "r.customer_id")
_SEGMENT = """r.segment_id = (SELECT w.id FROM segments w WHERE w.programme_id = {} AND w.uid = {})"""
_HEADINGS = (
    "Name", "E-mail", "Arm", "Outcome", "Reason", "Note", "Segment", "Posted", "Delivered", "Clicked",
    "Opened", "Times opened", "Opened in the portal", "Text", "Customer id",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Chosen:
    """Whom to show; empty: everybody. `segment` is the public id of that by which they were found."""

    state: RecipientState | None = None
    arm: Arm | None = None
    reason: LeftOut | None = None
    segment: str = ""

    @classmethod
    def parse(cls, query: Mapping[str, str]) -> Self:
        """Read an address; empty and unknown values count as not given."""
        return cls(
            next((each for each in RecipientState if each == query.get("state")), None),
            next((each for each in Arm if each == query.get("arm")), None),
            next((each for each in LeftOut if each == query.get("reason")), None),
            query.get("segment", "")[:LONGEST],
        )

    def query(self, **also: str | None) -> str:
        """The canonical address, `also` adding parameters."""
        given = {
            "state": self.state, "arm": self.arm, "reason": self.reason, "segment": self.segment, **also
        }  # fmt: skip
        return urlencode({name: str(value) for name, value in given.items() if value})


EVERYBODY = Chosen()


@dataclass(frozen=True, slots=True)
class Recipient:
    """One person of a campaign. `why` None: they weren't left out; `note` is what a server said."""

    uid: str
    name: str
    email: str | None
    arm: Arm | None
    state: RecipientState
    why: LeftOut | None
    note: str
    segment: str | None
    at: datetime | None
    clicked_at: datetime | None


def only(word: str) -> Chosen:
    """Those in a state or with a reason, by one word; empty: everybody. Raises Invalid for another."""
    found = Chosen.parse({"state": word, "reason": word})
    if word and found == EVERYBODY:
        raise Invalid("Nobody can be sorted out that way.", field="only")
    return found


async def page(programme_id: int, campaign: Campaign, chosen: Chosen, cursor: str | None) -> Page[Recipient]:
    """A page of them; one statement. Raises Invalid for a damaged cursor."""
    turn = turning.turn(cursor, str, str, int, rising=True)
    sql, args = _where(programme_id, chosen)
    if turn.key:
        # What is the same for all who are shown is left out, or SQLite would read on to the end and sort.
        same = 2 if chosen.reason else 1 if chosen.state else 0
        columns, key = _ORDER[same:], turn.key[same:]
        marks = ", ".join(["{}"] * len(key))
        sql, args = f"{sql} AND ({', '.join(columns)}) {turn.beyond} ({marks})", [*args, *key]
    asked = _ALL.replace("@chosen", sql).replace("@order", turn.order)
    found = await rows(f"{asked} LIMIT {turn.limit}", programme_id, campaign.id, *args)
    return turn.page(found, lambda row: (row["state"], row["reason"], row["customer_id"])).map(_recipient)


async def csv(programme_id: int, campaign: Campaign, chosen: Chosen, *, by: Actor) -> AsyncIterator[str]:
    """Record that `by` takes the list away, then answer the pieces of the file. No cell can be a formula."""
    async with atomic():
        await audit.record(
            programme_id,
            "campaign.exported",
            ("campaign", campaign.id),
            f"The people of “{campaign.name}” were exported",
            by=by,
        )
    return _pieces(programme_id, campaign, chosen)


async def _pieces(programme_id: int, campaign: Campaign, chosen: Chosen) -> AsyncIterator[str]:
    here: ZoneInfo = zone((await programmes.get(programme_id)).time_zone)
    sql, args = _where(programme_id, chosen)
    asked = _ALL.replace("@chosen", sql).replace("@order", "ASC")
    lines = (_cells(row) async for row in stream(asked, programme_id, campaign.id, *args))
    async for piece in pieces(_HEADINGS, lines, here):
        yield piece


def _where(programme_id: int, chosen: Chosen) -> tuple[str, list[object]]:
    conditions: list[Condition] = []
    if chosen.reason:
        conditions.append(Condition("r.state = 'left_out' AND r.reason = {}", (chosen.reason,)))
    if chosen.state:
        conditions.append(Condition("r.state = {}", (chosen.state,)))
    if chosen.arm:
        conditions.append(Condition("r.arm = {}", (chosen.arm,)))
    if chosen.segment:
        conditions.append(Condition(_SEGMENT, (programme_id, chosen.segment)))
    sql = " AND ".join(each.sql for each in conditions) or "1 = 1"
    return sql, [value for each in conditions for value in each.args]


def _recipient(row: Row) -> Recipient:
    return Recipient(
        uid=row["uid"],
        name=name_of(row),
        email=row["email"],
        arm=Arm(row["arm"]) if row["arm"] else None,
        state=RecipientState(row["state"]),
        why=LeftOut(row["reason"]) if row["reason"] else None,
        note=row["note"],
        segment=row["segment"],
        at=row["delivered_at"] or row["posted_at"],
        clicked_at=row["clicked_at"],
    )


def _cells(row: Row) -> Sequence[object]:
    return (
        name_of(row), row["email"], row["arm"], row["state"], row["reason"], row["note"], row["segment"],
        row["posted_at"], row["delivered_at"], row["clicked_at"], row["opened_at"],
        row["opens"] or None, row["read_at"], row["call_state"], row["uid"],
    )  # fmt: skip
