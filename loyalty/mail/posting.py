"""Writing a mail, in the transaction that causes it."""

import json
from datetime import datetime
from typing import Any

from db.engine import atomic, run
from db.enums import ContactTopic, MailKind, MailState
from db.ids import new_id, new_uid
from loyalty import clock, queue
from loyalty.mail.letters import Letter

ATTEMPTS = 20
"""With pauses of up to an hour: a mail server may be away for half a day."""

JOB = "send_mail"


async def post(
    programme_id: int,
    letter: Letter,
    *,
    to: str,
    kind: MailKind,
    key: str,
    customer_id: int | None = None,
    unsubscribe: str = "",
    then: tuple[str, dict[str, Any]] | None = None,
    urgent: bool = False,
    good_until: datetime | None = None,
    topic: ContactTopic = ContactTopic.OTHER,
) -> int | None:
    """Send `letter` to one address once this transaction commits. Its id; None when `key` was posted before.

    After `good_until` it isn't sent any more. `then` is a job, and what it is told, for when a server has
    taken the mail. Whether a customer wants a mail of its `topic` is asked again when it goes out, where its kind
    needs consent. Raises ValueError for a kind one may unsubscribe from without saying where.
    """
    if not kind.transactional and not unsubscribe:
        raise ValueError(f"a mail of the kind {kind} needs a way to unsubscribe")
    now = clock.now()
    mail_id = new_id(now)
    after: dict[str, Any] = {"unsubscribe": unsubscribe} if unsubscribe else {}
    if topic is not ContactTopic.OTHER:
        after |= {"topic": topic}
    if then is not None:
        after |= {"job": then[0], "args": then[1]}
    async with atomic():
        written = await run(
            "INSERT INTO mails (programme_id, id, uid, customer_id, address, kind, dedupe_key, letter, after,"
            " state, good_until, created_at) VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {})"
            " ON CONFLICT (programme_id, dedupe_key) DO NOTHING RETURNING id",
            programme_id,
            mail_id,
            new_uid(),
            customer_id,
            to,
            kind,
            key,
            json.dumps(letter.stored),
            json.dumps(after),
            MailState.WAITING,
            good_until,
            now,
        )
        if written:
            await queue.enqueue(programme_id, JOB, {"mail": mail_id}, max_attempts=ATTEMPTS, urgent=urgent)
    return mail_id if written else None
