"""Whether a message may be sent: the one question to ask before sending (PRODUCT L1, M5).

refusal = await may_send(programme_id, customer_id, ContactChannel.EMAIL, ContactTopic.NEW_REWARDS)
if refusal is None: …                                 # else its text says why not
reasons = await judged(programme_id, customer_ids, channel, topic)       # many at once
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from db.engine import rows
from db.enums import ContactChannel, ContactTopic, CustomerType
from loyalty import clock
from loyalty.errors import NotFound
from loyalty.rules.consent import TOPICS, Contact, Refusal, why_not

MOST = 500
"""Customers asked about in one statement."""

_CONTACTS = """SELECT c.id, c.type, c.email, c.phone, c.accepts_email, c.erased_at,
      k.email AS by_email, k.sms AS by_sms, k.portal AS by_portal,
      k.weekly_digest, k.new_rewards, k.big_sales, k.paused_until
    FROM customers c
    LEFT JOIN contact_choices k ON k.programme_id = {0} AND k.customer_id = c.id
    WHERE c.programme_id = {0} AND c.id IN ("""


async def may_send(
    programme_id: int,
    customer_id: int,
    channel: ContactChannel,
    topic: ContactTopic = ContactTopic.OTHER,
    *,
    at: datetime | None = None,
) -> Refusal | None:
    """None: send it; else why not. Ask at the moment of sending, not when the message is planned.

    Raises NotFound.
    """
    found = await judged(programme_id, [customer_id], channel, topic, at=at)
    if customer_id not in found:
        raise NotFound("There is no such customer in this programme.")
    return found[customer_id]


async def judged(
    programme_id: int,
    customer_ids: Sequence[int],
    channel: ContactChannel,
    topic: ContactTopic = ContactTopic.OTHER,
    *,
    at: datetime | None = None,
) -> dict[int, Refusal | None]:
    """The same for many, one statement for 500 of them. Who doesn't exist is missing from the answer."""
    now = at or clock.now()
    verdicts: dict[int, Refusal | None] = {}
    for start in range(0, len(customer_ids), MOST):
        some = list(customer_ids[start : start + MOST])
        marks = ", ".join(f"{{{place}}}" for place in range(1, len(some) + 1))
        for row in await rows(f"{_CONTACTS}{marks})", programme_id, *some):
            verdicts[row["id"]] = why_not(_contact(row, channel), channel, topic, now)
    return verdicts


def _contact(row: Mapping[str, Any], channel: ContactChannel) -> Contact:
    reach = {
        ContactChannel.EMAIL: row["email"] is not None,
        ContactChannel.SMS: row["phone"] is not None,
        ContactChannel.PORTAL: True,
    }
    narrowed = any(row[topic] is not None for topic in TOPICS)
    return Contact(
        reachable=reach[channel],
        chosen=row[f"by_{channel}"],
        agreed=channel is ContactChannel.EMAIL and bool(row["accepts_email"]),
        topics=frozenset(topic for topic in TOPICS if row[topic]) if narrowed else None,
        paused_until=row["paused_until"],
        erased=row["erased_at"] is not None,
        left=row["type"] == CustomerType.LEFT,
        guest=row["type"] == CustomerType.GUEST,
    )
