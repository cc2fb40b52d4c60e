"""What was sent to a customer, as the desk sees it (PRODUCT B3)."""

from dataclasses import dataclass
from datetime import datetime

from db.engine import Row, loads, rows, snapshot
from db.enums import MailKind, MailState
from loyalty import turning
from loyalty.customers.naming import known

PAGE = 25
SECRET = frozenset({MailKind.SIGN_IN})
"""Kinds whose words let their reader in: only that they were sent is shown."""

_MAILS = """SELECT m.uid, m.id, m.kind, m.address, m.letter, m.state, m.note, m.created_at, m.ended_at,
      c.uid AS campaign_uid, c.name AS campaign, s.name AS segment
    FROM mails m
    LEFT JOIN campaign_recipients r ON r.programme_id = m.programme_id AND r.customer_id = m.customer_id
      AND r.mail_id = m.id
    LEFT JOIN campaigns c ON c.programme_id = r.programme_id AND c.id = r.campaign_id
    LEFT JOIN segments s ON s.programme_id = r.programme_id AND s.id = r.segment_id
    WHERE m.programme_id = {} AND m.customer_id = {} @beyond ORDER BY m.id @order LIMIT @limit"""


@dataclass(frozen=True, slots=True)
class Sender:
    """The campaign that sent a mail, and the segment it found its reader by; None: all members."""

    uid: str
    name: str
    segment: str | None


@dataclass(frozen=True, slots=True)
class Message:
    """One mail. `subject` and `said` are empty for what lets its reader in, and once its way is over.

    `note` is what a server answered. `why` tells the reader why they got it. `at` is when it was queued, `ended`
    when it was sent or given up.
    """

    uid: str
    kind: MailKind
    address: str
    subject: str
    said: tuple[str, ...]
    why: str
    campaign: Sender | None
    state: MailState
    note: str
    at: datetime
    ended: datetime | None


@dataclass(frozen=True, slots=True)
class Messages:
    """One keyset page, the newest first."""

    rows: tuple[Message, ...]
    previous: str | None
    next: str | None


async def messages(programme_id: int, customer_uid: str, cursor: str | None = None) -> Messages:
    """A page of what was sent. Raises NotFound, and Invalid for a damaged cursor."""
    turn = turning.turn(cursor, int, size=PAGE)
    async with snapshot():
        who = await known(programme_id, customer_uid)
        found = await rows(
            _MAILS.replace("@beyond", f"AND m.id {turn.beyond} {{}}" if turn.key else "")
            .replace("@order", turn.order)
            .replace("@limit", str(turn.limit)),
            programme_id,
            who.id,
            *(turn.key or ()),
        )
    page = turn.page(found, lambda row: (row["id"],))
    return Messages(tuple(_message(row) for row in page.items), page.previous, page.next)


def _message(row: Row) -> Message:
    kind, letter = MailKind(row["kind"]), loads(row["letter"])
    open_to_staff = bool(letter) and kind not in SECRET  # what a mail said isn't kept once its way is over
    by = Sender(row["campaign_uid"], row["campaign"], row["segment"]) if row["campaign_uid"] else None
    return Message(
        uid=row["uid"],
        kind=kind,
        address=row["address"],
        subject=letter["subject"] if open_to_staff else "",
        said=tuple(letter["paragraphs"]) if open_to_staff else (),
        why=letter["why"] if open_to_staff else "",
        campaign=by,
        state=MailState(row["state"]),
        note=row["note"],
        at=row["created_at"],
        ended=row["ended_at"],
    )
