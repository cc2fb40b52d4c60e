"""What became of a campaign's mails: taken by a server, refused, called back, or sent again in the morning."""

from db.engine import Row, atomic, retried, rows, run
from db.enums import LeftOut, MailState, RecipientState
from loyalty.mail.delivering import LATE, NOBODY
from loyalty.rules.consent import Refusal

MOST = 500

_DELIVERED = """UPDATE campaign_recipients SET state = 'delivered', delivered_at = (SELECT m.ended_at FROM mails m
      WHERE m.programme_id = {} AND m.id = campaign_recipients.mail_id)
    WHERE programme_id = {} AND campaign_id = {} AND state = 'posted' AND EXISTS (SELECT 1 FROM mails m
      WHERE m.programme_id = {} AND m.id = campaign_recipients.mail_id AND m.state = 'sent')
    RETURNING customer_id"""
# A mail that is gone was its reader's: they were erased.
_ENDED = """SELECT r.customer_id, r.mail_id, m.state, m.note FROM campaign_recipients r
    LEFT JOIN mails m ON m.programme_id = r.programme_id AND m.id = r.mail_id
    WHERE r.programme_id = {} AND r.campaign_id = {} AND r.state = 'posted'
      AND (m.id IS NULL OR m.state IN ('refused', 'unknown', 'dropped', 'bounced')) LIMIT {}"""
_END = """UPDATE campaign_recipients SET state = {}, reason = {}, note = {}
    WHERE programme_id = {} AND campaign_id = {} AND customer_id = {} AND mail_id = {} AND state = 'posted'"""
_AGAIN = """UPDATE campaign_recipients SET state = 'waiting', mail_id = NULL, posted_at = NULL
    WHERE programme_id = {} AND campaign_id = {} AND customer_id = {} AND mail_id = {} AND state = 'posted'"""
# Whoever was merged into another record keeps their place under it; the mail went over.
_BOUNCED = """UPDATE campaign_recipients SET state = 'bounced', note = {}, delivered_at = NULL
    WHERE programme_id = {} AND mail_id = {} AND state IN ('posted', 'delivered', 'failed')
      AND customer_id IN (SELECT c.id FROM customers c WHERE c.programme_id = {}
        AND (c.id = {} OR c.merged_into = {}))"""

_REFUSALS = {refusal.value: refusal for refusal in Refusal}


@retried
async def settle(programme_id: int, campaign_id: int) -> int:
    """Note what became of mails that ended since. Returns how many."""
    async with atomic():
        delivered = await run(_DELIVERED, programme_id, programme_id, campaign_id, programme_id)
        ended = await rows(_ENDED, programme_id, campaign_id, MOST)
        for row in ended:
            await _end(programme_id, campaign_id, row)
        return len(delivered) + len(ended)


def reason(refusal: Refusal) -> LeftOut:
    """A refusal of consent as it is kept."""
    return LeftOut.GONE if refusal is Refusal.ERASED else LeftOut(refusal.name.lower())


async def bounced(programme_id: int, mail_id: int, customer_id: int | None, note: str) -> None:
    """A mail came back after a server had taken it: it wasn't delivered after all. In the caller's transaction."""
    await run(_BOUNCED, note, programme_id, mail_id, programme_id, customer_id, customer_id)


async def _end(programme_id: int, campaign_id: int, row: Row) -> None:
    who = (programme_id, campaign_id, row["customer_id"], row["mail_id"])
    if row["state"] == MailState.DROPPED and row["note"] == LATE:
        await run(_AGAIN, *who)
    elif row["state"] == MailState.BOUNCED:
        await run(_END, RecipientState.BOUNCED, "", row["note"], *who)
    elif row["state"] in (MailState.REFUSED, MailState.UNKNOWN):
        await run(_END, RecipientState.FAILED, "", row["note"], *who)
    else:
        await run(_END, RecipientState.LEFT_OUT, _why(row), "", *who)


def _why(row: Row) -> LeftOut:
    if row["state"] is None:
        return LeftOut.GONE
    if row["note"] == NOBODY:
        return LeftOut.BOUNCED
    return reason(_REFUSALS[row["note"]])
