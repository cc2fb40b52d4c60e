"""What became of a campaign's messages: taken by a server, refused, called back, or sent again in the morning.

Somebody is delivered to once all of their messages have ended, if one of them arrived; a message in the portal
arrives when it is written.
"""

from collections.abc import Sequence

from db.engine import Row, atomic, retried, rows, run
from db.enums import CallState, ContactChannel, LeftOut, MailState, RecipientState
from loyalty.campaigns.posting import KEPT_IN
from loyalty.endpoints import calling
from loyalty.mail.delivering import LATE, NOBODY
from loyalty.rules.campaigns.channels import reason, together
from loyalty.rules.consent import Refusal

MOST = 500

# One that is late goes out in the morning, so nobody is done with while it waits for that.
_OPEN = f"""EXISTS (SELECT 1 FROM mails m WHERE m.programme_id = {{}} AND m.id = campaign_recipients.mail_id
      AND (m.state IN ('waiting', 'sending') OR (m.state = 'dropped' AND m.note = '{LATE}')))
    OR EXISTS (SELECT 1 FROM endpoint_calls k WHERE k.programme_id = {{}} AND k.id = campaign_recipients.call_id
      AND (k.state = 'waiting' OR (k.state = 'dropped' AND k.note = '{calling.LATE}')))"""
_MAILED = """(SELECT m.ended_at FROM mails m WHERE m.programme_id = {} AND m.id = campaign_recipients.mail_id
      AND m.state = 'sent')"""
_CALLED = """(SELECT k.ended_at FROM endpoint_calls k WHERE k.programme_id = {}
      AND k.id = campaign_recipients.call_id AND k.state = 'sent')"""
_FAILED = """(SELECT m.note FROM mails m WHERE m.programme_id = {} AND m.id = campaign_recipients.mail_id
      AND m.state IN ('refused', 'unknown', 'bounced')), (SELECT k.note FROM endpoint_calls k WHERE k.programme_id = {}
      AND k.id = campaign_recipients.call_id AND k.state = 'refused')"""
_BECAME = """(SELECT k.state FROM endpoint_calls k WHERE k.programme_id = {} AND k.id = campaign_recipients.call_id)"""
_DELIVERED = f"""UPDATE campaign_recipients SET state = 'delivered', note = coalesce({_FAILED}, ''),
      delivered_at = CASE WHEN message_id IS NOT NULL THEN posted_at ELSE coalesce({_MAILED}, {_CALLED}) END,
      call_state = coalesce({_BECAME}, call_state)
    WHERE programme_id = {{}} AND campaign_id = {{}} AND state = 'posted'
      AND (message_id IS NOT NULL OR {_MAILED} IS NOT NULL OR {_CALLED} IS NOT NULL) AND NOT ({_OPEN})
    RETURNING customer_id"""
# A message that is gone was its reader's: they were erased.
_ENDED = """SELECT r.customer_id, r.mail_id, r.message_id, r.call_id, m.state AS mail, m.note AS mail_note,
      k.state AS call, k.note AS call_note FROM campaign_recipients r
    LEFT JOIN mails m ON m.programme_id = r.programme_id AND m.id = r.mail_id
    LEFT JOIN endpoint_calls k ON k.programme_id = r.programme_id AND k.id = r.call_id
    WHERE r.programme_id = {} AND r.campaign_id = {} AND r.state = 'posted'
      AND coalesce(m.state, '') NOT IN ('waiting', 'sending') AND coalesce(k.state, '') <> 'waiting' LIMIT {}"""
_END = """UPDATE campaign_recipients SET state = {}, reason = {}, note = {}, call_state = {}
    WHERE programme_id = {} AND campaign_id = {} AND customer_id = {} AND state = 'posted'"""
_AGAIN = """UPDATE campaign_recipients SET state = 'waiting', mail_id = {}, call_id = {}, posted_at = NULL
    WHERE programme_id = {} AND campaign_id = {} AND customer_id = {} AND state = 'posted'"""
# Whoever was merged into another record keeps their place under it; the mail went over. Who was reached by another
# channel as well stays so.
_BOUNCED = f"""UPDATE campaign_recipients SET note = {{}},
      state = CASE WHEN message_id IS NULL AND {_CALLED} IS NULL THEN 'bounced' ELSE state END,
      delivered_at = CASE WHEN message_id IS NULL AND {_CALLED} IS NULL THEN NULL ELSE delivered_at END
    WHERE programme_id = {{}} AND mail_id = {{}} AND state IN ('posted', 'delivered', 'failed')
      AND customer_id IN (SELECT c.id FROM customers c WHERE c.programme_id = {{}}
        AND (c.id = {{}} OR c.merged_into = {{}}))"""

_REFUSALS = {refusal.value: refusal for refusal in Refusal}
_MAIL, _CALL = KEPT_IN[ContactChannel.EMAIL], KEPT_IN[ContactChannel.SMS]


@retried
async def settle(programme_id: int, campaign_id: int) -> int:
    """Note what became of messages that ended since. Returns of how many people."""
    async with atomic():
        p = programme_id
        delivered = await run(_DELIVERED, *[p] * 6, campaign_id, *[p] * 4)
        ended = await rows(_ENDED, programme_id, campaign_id, MOST)
        for row in ended:
            await _end(programme_id, campaign_id, row)
        return len(delivered) + len(ended)


async def bounced(programme_id: int, mail_id: int, customer_id: int | None, note: str) -> None:
    """A mail came back after a server had taken it: it wasn't delivered after all. In the caller's transaction."""
    p = programme_id
    await run(_BOUNCED, note, p, p, p, mail_id, p, customer_id, customer_id)


async def _end(programme_id: int, campaign_id: int, row: Row) -> None:
    """Nothing reached them, or something waits for the morning."""
    who = (programme_id, campaign_id, row["customer_id"])
    became = row["call"] or ""
    late = {
        _MAIL: row["mail"] == MailState.DROPPED and row["mail_note"] == LATE,
        _CALL: row["call"] == CallState.DROPPED and row["call_note"] == calling.LATE,
    }
    if any(late.values()):
        await run(_AGAIN, *(None if late[column] else row[column] for column in (_MAIL, _CALL)), *who)
    elif row["message_id"] is not None or MailState.SENT in (row["mail"], row["call"]):
        return  # It arrived since `_DELIVERED` looked; the next look tells.
    elif row["mail"] == MailState.BOUNCED:
        await run(_END, RecipientState.BOUNCED, "", row["mail_note"], became, *who)
    elif failed := _failed(row):
        await run(_END, RecipientState.FAILED, "", "; ".join(failed)[:500], became, *who)
    else:
        await run(_END, RecipientState.LEFT_OUT, _why(row), "", became, *who)


def _failed(row: Row) -> Sequence[str]:
    """What servers and the endpoint answered."""
    found = []
    if row["mail"] in (MailState.REFUSED, MailState.UNKNOWN):
        found.append(row["mail_note"])
    if row["call"] == CallState.REFUSED:
        found.append(row["call_note"])
    return found


def _why(row: Row) -> LeftOut:
    reasons: dict[ContactChannel, LeftOut] = {}
    for channel, column, state, note in (
        (ContactChannel.EMAIL, _MAIL, row["mail"], row["mail_note"]),
        (ContactChannel.SMS, _CALL, row["call"], row["call_note"]),
    ):
        if row[column] is None:
            continue
        if state is None:
            return LeftOut.GONE
        if channel is ContactChannel.EMAIL and note == NOBODY:
            reasons[channel] = LeftOut.BOUNCED
        else:
            reasons[channel] = reason(_REFUSALS[note], channel)
    return together(reasons) if reasons else LeftOut.GONE
