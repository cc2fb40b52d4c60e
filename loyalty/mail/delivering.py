"""What the job does with one mail. Whatever happens, nobody gets it twice."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from db.engine import atomic, loads, retried, run
from db.enums import ContactChannel, ContactTopic, MailKind, MailState
from loyalty import clock, programmes, queue
from loyalty.mail import envelopes, folder, suppressing, transport
from loyalty.mail.envelopes import BadAddress, Envelope
from loyalty.mail.letters import Letter
from loyalty.preferences import consent
from loyalty.settings import Settings, settings

KEPT = timedelta(days=30)

_TAKE = """UPDATE mails SET state = 'sending' WHERE programme_id = {} AND id = {} AND state = 'waiting'
    RETURNING id, uid, customer_id, address, kind, letter, after, good_until"""
_LEFT_OPEN = "Sending it was interrupted; whether it arrived is not known."

LATE = "It was too late to be of use."
NOBODY = "The address doesn’t exist, its mail server said."


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail this worker is sending."""

    programme_id: int
    id: int
    uid: str
    address: str
    kind: MailKind
    letter: Letter
    after: dict[str, Any]


async def deliver(programme_id: int, mail_id: int) -> None:
    """Send a waiting mail. Raises NotNow when it is to be tried again.

    One that an earlier attempt left half sent is noted as unknown and not sent again.
    """
    chosen = settings()
    mail = await _take(programme_id, mail_id)
    if mail is None:
        return
    try:
        await _send(mail, chosen)
    except transport.Refused as refusal:
        await _refused(mail, refusal)
    except BadAddress as refusal:
        await _end(mail, MailState.REFUSED, str(refusal))
    except transport.Unknown as unknown:
        await _end(mail, MailState.UNKNOWN, str(unknown))
    except BaseException:
        await _back(mail)
        raise
    else:
        await _sent(mail)


async def as_sent(programme_id: int, mail_id: int) -> None:
    """Everything but the sending: a mail of the demo shop's past was taken by a server then."""
    mail = await _take(programme_id, mail_id)
    if mail is not None:
        await _sent(mail)


async def give_up(programme_id: int, mail_id: int, error: str) -> None:
    """The last attempt failed."""
    await run(
        "UPDATE mails SET state = {}, note = {}, letter = {}, ended_at = {}"
        " WHERE programme_id = {} AND id = {} AND state = 'waiting'",
        MailState.REFUSED,
        error[:500],
        "{}",
        clock.now(),
        programme_id,
        mail_id,
    )


async def forget_old(programme_id: int) -> int:
    """Delete mails whose way ended more than 30 days ago. Returns how many."""
    gone = await run(
        "DELETE FROM mails WHERE programme_id = {} AND ended_at < {} RETURNING id",
        programme_id,
        clock.now() - KEPT,
    )
    return len(gone)


async def _send(mail: Mail, chosen: Settings) -> None:
    programme = await programmes.get(mail.programme_id)
    envelope = envelopes.sealed(
        mail.letter,
        programme,
        uid=mail.uid,
        to=mail.address,
        mail_from=chosen.mail_from,
        base_url=chosen.base_url,
        at=clock.now(),
        unsubscribe=mail.after.get("unsubscribe", ""),
    )
    await _hand(mail, envelope, chosen)


async def _hand(mail: Mail, envelope: Envelope, chosen: Settings) -> None:
    if chosen.smtp_url:
        await transport.server.send(envelope, chosen)
    elif chosen.production:
        raise transport.NotNow("No mail server is set: REGULARS_SMTP_URL is empty.")
    else:
        await folder.keep(mail.uid, envelope, chosen)


@retried
async def _take(programme_id: int, mail_id: int) -> Mail | None:
    now = clock.now()
    async with atomic():
        taken = await run(_TAKE, programme_id, mail_id)
        if not taken:
            await run(
                "UPDATE mails SET state = {}, note = {}, letter = {}, ended_at = {}"
                " WHERE programme_id = {} AND id = {} AND state = 'sending'",
                MailState.UNKNOWN,
                _LEFT_OPEN,
                "{}",
                now,
                programme_id,
                mail_id,
            )
            return None
        row = taken[0]
        kind, letter = MailKind(row["kind"]), Letter.from_stored(loads(row["letter"]))
        mail = Mail(programme_id, row["id"], row["uid"], row["address"], kind, letter, loads(row["after"]))
        if row["good_until"] is not None and row["good_until"] <= now:
            await _end(mail, MailState.DROPPED, LATE)
        elif kind is not MailKind.SIGN_IN and await suppressing.suppressed(programme_id, mail.address):
            await _end(mail, MailState.DROPPED, NOBODY)
        elif refusal := await _unwanted(mail, row["customer_id"]):
            await _end(mail, MailState.DROPPED, refusal)
        else:
            return mail
    return None


async def _unwanted(mail: Mail, customer_id: int | None) -> str:
    """Why a mail that needs consent may not go out now, although it might when it was posted. PRODUCT M5."""
    if mail.kind.transactional or customer_id is None:
        return ""
    topic = ContactTopic(mail.after.get("topic", ContactTopic.OTHER))
    refusal = await consent.may_send(mail.programme_id, customer_id, ContactChannel.EMAIL, topic)
    return refusal.value if refusal else ""


@retried
async def _sent(mail: Mail) -> None:
    async with atomic():
        at = await _end(mail, MailState.SENT)
        if "job" in mail.after:
            await queue.enqueue(
                mail.programme_id,
                mail.after["job"],
                {**mail.after["args"], "at": at.isoformat()},
            )


@retried
async def _refused(mail: Mail, refusal: transport.Refused) -> None:
    async with atomic():
        await _end(mail, MailState.REFUSED, str(refusal))
        if refusal.address:
            await suppressing.suppress(mail.programme_id, mail.address, str(refusal))


@retried
async def _back(mail: Mail) -> None:
    await run(
        "UPDATE mails SET state = 'waiting' WHERE programme_id = {} AND id = {} AND state = 'sending'",
        mail.programme_id,
        mail.id,
    )


async def _end(mail: Mail, state: MailState, note: str = "") -> datetime:
    """Note how it ended. Returns when."""
    now = clock.now()
    # What it said may be a code, and always is somebody's: it isn't kept longer than it is needed.
    await run(
        "UPDATE mails SET state = {}, note = {}, letter = {}, ended_at = {} WHERE programme_id = {} AND id = {}",
        state,
        note[:500],
        "{}",
        now,
        mail.programme_id,
        mail.id,
    )
    return now
