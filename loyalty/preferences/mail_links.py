"""Links in mails that need no login: signed, for one person and one purpose (PRODUCT L1, M5).

The token holds public ids only. Unsubscribing works for ever; the page with all choices about messages
opens for 60 days after the mail was written. Neither shows or changes anything else.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from itsdangerous import BadData, URLSafeSerializer
from itsdangerous.encoding import base64_decode, base64_encode

from db.engine import one
from db.enums import AnswerSource, ContactChannel
from loyalty import clock
from loyalty.errors import Invalid, NotFound
from loyalty.settings import settings

LONGEST = 400
PREFERENCES_DAYS = 60

_DAMAGED = "This link is damaged. Open it again from the e-mail, as it is there."
_OLD = "This link is too old. Take the one in our latest e-mail, or sign in."
_WHO = """SELECT p.programme_id, p.name, c.id, c.uid, c.email, c.erased_at FROM programmes p
    JOIN customers c ON c.programme_id = p.programme_id AND c.uid = {}
    WHERE p.programme_id = (SELECT o.programme_id FROM programmes o WHERE o.uid = {})"""


@dataclass(frozen=True, slots=True)
class Bearer:
    """Whose link it is. `masked` is the address as it may be shown to whoever holds the mail."""

    programme_id: int
    customer_id: int
    programme: str
    masked: str
    channel: ContactChannel
    source: AnswerSource = AnswerSource.MAIL_LINK


@dataclass(frozen=True, slots=True)
class Links:
    """Paths that a mail carries: `unsubscribe` is also what a mailbox posts to by itself (`mail.post`)."""

    unsubscribe: str
    preferences: str


async def links(programme_id: int, customer_id: int, channel: ContactChannel = ContactChannel.EMAIL) -> Links:
    """The links of a message to this customer. Raises NotFound."""
    row = await one(
        "SELECT p.uid AS programme, c.uid AS customer FROM programmes p"
        " JOIN customers c ON c.programme_id = p.programme_id AND c.id = {}"
        " WHERE p.programme_id = {}",
        customer_id,
        programme_id,
    )
    if row is None:
        raise NotFound("There is no such customer in this programme.")
    named = [row["programme"], row["customer"], channel.value]
    return Links(
        unsubscribe_path(row["programme"], row["customer"], channel),
        f"/preferences/{_preferences().dumps([*named, int(clock.now().timestamp())])}",
    )


def unsubscribe_path(
    programme_uid: str, customer_uid: str, channel: ContactChannel = ContactChannel.EMAIL
) -> str:
    """The path under which a message's reader unsubscribes from its channel."""
    return f"/unsubscribe/{_unsubscribes().dumps([programme_uid, customer_uid, channel.value])}"


async def unsubscriber(token: str) -> Bearer:
    """Whose unsubscribe link it is. Raises Invalid for anything that isn't byte for byte ours, NotFound."""
    return await _bearer(_read(token, _unsubscribes()))


async def preferrer(token: str) -> Bearer:
    """Whose preference link it is. Raises Invalid, also after 60 days, NotFound."""
    named = _read(token, _preferences())
    if clock.now() > datetime.fromtimestamp(named[3], UTC) + timedelta(days=PREFERENCES_DAYS):
        raise Invalid(_OLD)
    return await _bearer(named)


async def _bearer(named: list[Any]) -> Bearer:
    row = await one(_WHO, named[1], named[0])
    if row is None or row["erased_at"] is not None:
        raise NotFound("There is nobody behind this link any more, so nothing is sent.")
    return Bearer(row["programme_id"], row["id"], row["name"], masked(row["email"]), ContactChannel(named[2]))


def _read(token: str, signer: URLSafeSerializer) -> list[Any]:
    if len(token) > LONGEST or not _canonical(token):
        raise Invalid(_DAMAGED)
    try:
        return list(signer.loads(token))
    except BadData as wrong:
        raise Invalid(_DAMAGED) from wrong


def _canonical(token: str) -> bool:
    """Base 64 has spare bits in its last letter: without this, one letter could be another."""
    signature = token.rpartition(".")[2]
    try:
        return base64_encode(base64_decode(signature)).decode() == signature
    except BadData:
        return False


def masked(email: str | None) -> str:
    """ines@example.org as i•••@example.org."""
    name, _, domain = (email or "").partition("@")
    return f"{name[:1]}•••@{domain}" if domain else ""


def _unsubscribes() -> URLSafeSerializer:
    return URLSafeSerializer(settings().key, salt="unsubscribe")


def _preferences() -> URLSafeSerializer:
    return URLSafeSerializer(settings().key, salt="message preferences")
