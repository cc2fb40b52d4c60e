"""Messages in a member's portal: written by campaigns, read by opening them, put away from the front page. PRODUCT M1.

`body` is HTML with the member's own words in it; it is cleaned once more where it is drawn.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from db.engine import one, retried, rows, run, value
from db.ids import new_id, new_uid
from db.paging import Page
from loyalty import clock, turning
from loyalty.errors import NotFound
from loyalty.languages import message as _
from loyalty.mail import Letter

PAGE = 25
MOST_COUNTED = 99
GONE = _("This message isn’t here any more.")

_WRITE = """INSERT INTO portal_messages (programme_id, id, uid, customer_id, campaign_id, subject, preview, body, at)
    VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {})
    ON CONFLICT (programme_id, campaign_id, customer_id) DO NOTHING RETURNING id"""
_WRITTEN = "SELECT id FROM portal_messages WHERE programme_id = {} AND campaign_id = {} AND customer_id = {}"
_COLUMNS = "m.id, m.uid, m.campaign_id, m.subject, m.preview, m.body, m.at, m.read_at, m.put_away_at"
_OF = f"SELECT {_COLUMNS} FROM portal_messages m WHERE m.programme_id = {{}} AND m.customer_id = {{}}"
_UNREAD = """SELECT count(*) FROM (SELECT m.id FROM portal_messages m WHERE m.programme_id = {} AND m.customer_id = {}
    AND m.read_at IS NULL LIMIT {}) found"""


@dataclass(frozen=True, slots=True)
class Message:
    """One message. `preview` is what lists show beside the subject; `read` None: it wasn't opened yet."""

    id: int
    uid: str
    campaign_id: int
    subject: str
    preview: str
    body: str
    at: datetime
    read: datetime | None


async def write(
    programme_id: int, customer_id: int, campaign_id: int, letter: Letter, *, at: datetime
) -> int:
    """Put a letter into somebody's portal, in the caller's transaction; once a campaign. The message's id."""
    written = await run(
        _WRITE,
        programme_id,
        new_id(at),
        new_uid(),
        customer_id,
        campaign_id,
        letter.subject,
        letter.preview,
        letter.body,
        at,
    )
    return int(written[0]["id"] if written else await value(_WRITTEN, programme_id, campaign_id, customer_id))


async def unread(programme_id: int, customer_id: int) -> int:
    """How many weren't opened yet; counted up to 99."""
    return int(await value(_UNREAD, programme_id, customer_id, MOST_COUNTED))


async def listing(programme_id: int, customer_id: int, cursor: str | None = None) -> Page[Message]:
    """A page of a member's messages, the newest first; one statement. Raises Invalid for a damaged cursor."""
    turn = turning.turn(cursor, int, size=PAGE)
    beyond = f" AND m.id {turn.beyond} {{}}" if turn.key else ""
    found = await rows(
        f"{_OF}{beyond} ORDER BY m.id {turn.order} LIMIT {turn.limit}",
        programme_id,
        customer_id,
        *(turn.key or ()),
    )
    return turn.page(found, lambda row: (row["id"],)).map(_message)


async def newest(programme_id: int, customer_id: int) -> Message | None:
    """The newest one nobody opened, for the front page; None where there is none, or it was put away."""
    found = await one(f"{_OF} AND m.read_at IS NULL ORDER BY m.id DESC LIMIT 1", programme_id, customer_id)
    return _message(found) if found and found["put_away_at"] is None else None


@retried
async def opened(programme_id: int, customer_id: int, uid: str, *, counts: bool = True) -> Message:
    """A message as it is read; the first time is kept. `counts` False: only a look ahead. Raises NotFound."""
    row = await one(f"{_OF} AND m.uid = {{}}", programme_id, customer_id, uid)
    if row is None:
        raise NotFound(GONE)
    if counts and row["read_at"] is None:
        await run(
            "UPDATE portal_messages SET read_at = {} WHERE programme_id = {} AND id = {} AND read_at IS NULL",
            clock.now(),
            programme_id,
            row["id"],
        )
    return _message(row)


@retried
async def put_away(programme_id: int, customer_id: int, uid: str) -> None:
    """Take it off the front page; it stays in the inbox, unread. Twice is the same as once. Raises NotFound."""
    done = await run(
        "UPDATE portal_messages SET put_away_at = coalesce(put_away_at, {}) WHERE programme_id = {}"
        " AND customer_id = {} AND uid = {} RETURNING id",
        clock.now(),
        programme_id,
        customer_id,
        uid,
    )
    if not done:
        raise NotFound(GONE)


def _message(row: Mapping[str, Any]) -> Message:
    return Message(
        id=row["id"],
        uid=row["uid"],
        campaign_id=row["campaign_id"],
        subject=row["subject"],
        preview=row["preview"],
        body=row["body"],
        at=row["at"],
        read=row["read_at"],
    )
