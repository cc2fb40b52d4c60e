"""What a report changes: the mail, its campaign's recipient, the address, and what its reader wants. PRODUCT M5."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from db.engine import atomic, loads, one, retried, run
from db.enums import AnswerSource, ContactChannel, MailKind
from loyalty.campaigns import settling
from loyalty.mail import suppressing
from loyalty.members import expiry_notices
from loyalty.preferences import unsubscribing
from loyalty.rules.actors import SYSTEM
from loyalty.rules.bounces import Report, ReportKind
from loyalty.rules.orders import normalised_email

COMPLAINED = "They reported it as unwanted, so they get no more of them."
UNSUBSCRIBED = "Their mailbox unsubscribed them."

_MAIL = """SELECT p.programme_id, m.id, m.customer_id, m.address, m.kind, m.after, m.ended_at
    FROM programmes p
    JOIN mails m ON m.programme_id = p.programme_id AND m.uid = {}
    WHERE p.programme_id = (SELECT o.programme_id FROM programmes o WHERE o.uid = {})"""
_BOUNCED = """UPDATE mails SET state = 'bounced', note = {} WHERE programme_id = {} AND id = {}
    AND state IN ('sent', 'unknown') RETURNING id"""
_LATE = """UPDATE mails SET note = {} WHERE programme_id = {} AND id = {} AND state IN ('sent', 'unknown')
    AND note = '' RETURNING id"""
_WANTS_NO_MORE = """UPDATE mails SET note = {} WHERE programme_id = {} AND id = {} AND note NOT IN ({}, {})
    RETURNING id"""


class Taken(StrEnum):
    """What became of a report. `known`: it was told before. `not_ours`: no mail of ours to this address."""

    BOUNCED = "bounced"
    LATE = "late"
    UNSUBSCRIBED = "unsubscribed"
    KNOWN = "known"
    NOT_OURS = "not_ours"


@dataclass(frozen=True, slots=True)
class _Mail:
    programme_id: int
    id: int
    customer_id: int | None
    address: str
    kind: MailKind
    then: dict[str, Any]
    ended_at: datetime | None


@retried
async def take(report: Report) -> Taken:
    """Believe a report, once: a second time changes nothing."""
    async with atomic():
        mail = await _find(report)
        if mail is None:
            return Taken.NOT_OURS
        match report.kind:
            case ReportKind.BOUNCE:
                return await _bounced(mail, report)
            case ReportKind.LATE:
                late = await run(_LATE, f"Late: {report.note}", mail.programme_id, mail.id)
                return Taken.LATE if late else Taken.KNOWN
            case ReportKind.COMPLAINT:
                return await _wants_no_more(mail, COMPLAINED)
            case ReportKind.UNSUBSCRIBE:
                return await _wants_no_more(mail, UNSUBSCRIBED)


async def _find(report: Report) -> _Mail | None:
    """The mail it is about, if it went to an address of the report: a Message-ID alone proves too little."""
    row = await one(_MAIL, report.mail.uid, report.mail.programme)
    if row is None or normalised_email(row["address"]) not in report.addresses:
        return None
    return _Mail(
        programme_id=row["programme_id"],
        id=row["id"],
        customer_id=row["customer_id"],
        address=row["address"],
        kind=MailKind(row["kind"]),
        then=loads(row["after"]),
        ended_at=row["ended_at"],
    )


async def _bounced(mail: _Mail, report: Report) -> Taken:
    if not await run(_BOUNCED, report.note, mail.programme_id, mail.id):
        return Taken.KNOWN
    await settling.bounced(mail.programme_id, mail.id, mail.customer_id, report.note)
    if mail.kind is MailKind.EXPIRY_NOTICE and mail.ended_at is not None:
        await expiry_notices.came_back(mail.programme_id, mail.then["args"], mail.ended_at)
    if report.ends_the_address:
        await suppressing.suppress(mail.programme_id, mail.address, report.note)
    return Taken.BOUNCED


async def _wants_no_more(mail: _Mail, note: str) -> Taken:
    # Whoever agreed again since must not be unsubscribed by an old report.
    told = await run(_WANTS_NO_MORE, note, mail.programme_id, mail.id, COMPLAINED, note)
    if not told:
        return Taken.KNOWN
    if mail.customer_id is not None:
        await unsubscribing.stop(
            mail.programme_id,
            mail.customer_id,
            ContactChannel.EMAIL,
            by=SYSTEM,
            source=AnswerSource.MAILBOX,
        )
    return Taken.UNSUBSCRIBED
