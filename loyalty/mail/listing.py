"""What was sent to a customer, as the desk sees it (PRODUCT B3)."""

from dataclasses import dataclass
from datetime import datetime

from db.engine import Row, loads, rows, snapshot
from db.enums import CallState, ContactChannel, MailKind, MailState
from loyalty import turning
from loyalty.customers.naming import known

PAGE = 25
SECRET = frozenset({MailKind.SIGN_IN})
"""Kinds whose words let their reader in: only that they were sent is shown."""

_NAMED = """LEFT JOIN campaign_recipients r ON r.programme_id = x.programme_id AND r.customer_id = x.customer_id
      AND r.@column = x.id
    LEFT JOIN campaigns c ON c.programme_id = x.programme_id AND c.id = @campaign
    LEFT JOIN segments s ON s.programme_id = r.programme_id AND s.id = r.segment_id
    WHERE x.programme_id = {} AND x.customer_id = {} @beyond ORDER BY x.id @order LIMIT @limit"""
_BY = "c.uid AS campaign_uid, c.name AS campaign, s.name AS segment"
_MAILED = f"""SELECT x.id, x.uid, x.kind, x.address, x.letter, x.state, x.note, x.created_at, x.ended_at, {_BY}
    FROM mails x {_NAMED}""".replace("@column", "mail_id").replace("@campaign", "r.campaign_id")
_IN_PORTAL = f"""SELECT x.id, x.uid, x.subject, x.at AS created_at, x.read_at AS ended_at, {_BY}
    FROM portal_messages x {_NAMED}""".replace("@column", "message_id").replace("@campaign", "x.campaign_id")
_CALLED = f"""SELECT x.id, x.uid, x.state, x.note, x.created_at, x.ended_at, u.phone, {_BY} FROM endpoint_calls x
    JOIN customers u ON u.programme_id = x.programme_id AND u.id = x.customer_id
    {_NAMED}""".replace("@column", "call_id").replace("@campaign", "r.campaign_id")
_EACH = {ContactChannel.EMAIL: _MAILED, ContactChannel.PORTAL: _IN_PORTAL, ContactChannel.SMS: _CALLED}


@dataclass(frozen=True, slots=True)
class Sender:
    """The campaign that sent a message, and the segment it found its reader by; None: all members."""

    uid: str
    name: str
    segment: str | None


@dataclass(frozen=True, slots=True)
class Message:
    """One message. `subject` and `said` are empty for what lets its reader in, and once its way is over.

    `address` is where it went, empty for the portal; `state` is where a mail or a call is, None for the portal.
    `note` is what a server answered. `why` tells the reader why they got it. `at` is when it was queued, `ended`
    when it was sent, given up, or opened in the portal.
    """

    uid: str
    channel: ContactChannel
    kind: MailKind
    address: str
    subject: str
    said: tuple[str, ...]
    why: str
    campaign: Sender | None
    state: MailState | CallState | None
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
    """A page of what was sent, by all channels. Raises NotFound, and Invalid for a damaged cursor."""
    turn = turning.turn(cursor, int, size=PAGE)
    found: list[Row] = []
    async with snapshot():
        who = await known(programme_id, customer_uid)
        for channel, sql in _EACH.items():
            whole = sql.replace("@beyond", f"AND x.id {turn.beyond} {{}}" if turn.key else "")
            whole = whole.replace("@order", turn.order).replace("@limit", str(turn.limit))
            some = await rows(whole, programme_id, who.id, *(turn.key or ()))
            found += [{**row, "channel": channel} for row in some]
    found.sort(key=lambda row: int(row["id"]), reverse=turn.order == "DESC")
    page = turn.page(found[: turn.limit], lambda row: (row["id"],))
    return Messages(tuple(_message(row) for row in page.items), page.previous, page.next)


def _message(row: Row) -> Message:
    match row["channel"]:
        case ContactChannel.PORTAL:
            return _one(row, MailKind.CAMPAIGN, subject=row["subject"])
        case ContactChannel.SMS:
            return _one(row, MailKind.CAMPAIGN, address=row["phone"] or "", state=CallState(row["state"]))
        case _:
            return _mail(row)


def _mail(row: Row) -> Message:
    kind, letter = MailKind(row["kind"]), loads(row["letter"])
    open_to_staff = bool(letter) and kind not in SECRET  # what a mail said isn't kept once its way is over
    return _one(
        row,
        kind,
        address=row["address"],
        subject=letter["subject"] if open_to_staff else "",
        said=tuple(letter["paragraphs"]) if open_to_staff else (),
        why=letter["why"] if open_to_staff else "",
        state=MailState(row["state"]),
    )


def _one(
    row: Row,
    kind: MailKind,
    *,
    address: str = "",
    subject: str = "",
    said: tuple[str, ...] = (),
    why: str = "",
    state: MailState | CallState | None = None,
) -> Message:
    return Message(
        uid=row["uid"],
        channel=row["channel"],
        kind=kind,
        address=address,
        subject=subject,
        said=said,
        why=why,
        campaign=Sender(row["campaign_uid"], row["campaign"], row["segment"])
        if row["campaign_uid"]
        else None,
        state=state,
        note=row.get("note", ""),
        at=row["created_at"],
        ended=row["ended_at"],
    )
