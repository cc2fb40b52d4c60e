"""A mail that reports what became of others: delivery reports (RFC 3464) and complaints (RFC 5965).

Anybody may write to the mailbox for bounces, so a mail can be anything: what can't be read says nothing.
"""

from collections.abc import Iterator
from email import message_from_bytes
from email.message import Message

from loyalty.rules import bounces
from loyalty.rules.bounces import MailName, Report, ReportKind
from loyalty.rules.orders import normalised_email

COMPLAINTS = frozenset({"abuse", "fraud", "virus", "other"})
_UNTOLD = frozenset({"", "anonymous"})


def read(raw: bytes) -> tuple[Report, ...]:
    """Everything the mail reports; nothing where it is no report or damaged. Never raises."""
    try:
        return tuple(_reports(message_from_bytes(raw)))
    # The parser of the standard library trips over enough: strange charsets, headers cut in half, depth.
    except Exception:
        return ()


def _reports(message: Message) -> Iterator[Report]:
    parts = list(message.walk())
    mail = _about(message, parts)
    if mail is None:
        return
    for part in parts:
        match part.get_content_type():
            case "message/delivery-status":
                yield from _delivery(mail, _blocks(part))
            case "message/feedback-report":
                yield from _feedback(mail, _blocks(part), parts)


def _about(message: Message, parts: list[Message]) -> MailName | None:
    """Which mail of ours it is about: the one it encloses, whole or its head, else the one it answers."""
    enclosed = [_head(part) for part in parts if part.get_content_type() == "text/rfc822-headers"]
    enclosed += [inner for inner in parts[1:] if inner["Message-ID"]]
    answered = (message["In-Reply-To"], message["References"])
    for text in (*(inner["Message-ID"] for inner in enclosed), *answered):
        if text and (mail := bounces.named(str(text))):
            return mail
    return None


def _head(part: Message) -> Message:
    return message_from_bytes(_bytes(part))


def _blocks(part: Message) -> list[Message]:
    """The groups of fields of a report. A part that isn't built as it should be is read as text."""
    inside = part.get_payload()
    if isinstance(inside, list):
        return [each for each in inside if isinstance(each, Message)]
    return [message_from_bytes(block) for block in _bytes(part).replace(b"\r\n", b"\n").split(b"\n\n")]


def _bytes(part: Message) -> bytes:
    inside = part.get_payload(decode=True)
    return inside if isinstance(inside, bytes) else b""


def _delivery(mail: MailName, blocks: list[Message]) -> Iterator[Report]:
    for block in blocks:
        told = _field(block, "Diagnostic-Code").partition(";")[2]
        status = bounces.status_of(_field(block, "Status"), told)
        kind = bounces.kind_of(_field(block, "Action"), status)
        to = _addresses(block, "Original-Recipient", "Final-Recipient")
        if kind is not None and to:
            note = bounces.sentence(told or status) or "The mail server gave no reason."
            yield Report(kind, mail, to, status, note)


def _feedback(mail: MailName, blocks: list[Message], parts: list[Message]) -> Iterator[Report]:
    if not any(_field(block, "Feedback-Type").lower() in COMPLAINTS for block in blocks):
        return
    said = [_addresses(block, "Original-Rcpt-To") for block in blocks]
    # Many providers leave out who complained; then the mail they enclose says to whom it went.
    enclosed = [_addresses(part, "To") for part in parts[1:] if part["Message-ID"]]
    to = next((each for each in (*said, *enclosed) if each), frozenset[str]())
    if to:
        yield Report(ReportKind.COMPLAINT, mail, to)


def _addresses(block: Message, *names: str) -> frozenset[str]:
    """Addresses in fields such as “rfc822; ines@example.org” or “<ines@example.org>”."""
    found = set()
    for name in names:
        text = _field(block, name)
        address = text.partition(";")[2] if ";" in text else text
        found.add(normalised_email(address.strip(" <>\t")) or "")
    return frozenset(found - _UNTOLD)


def _field(block: Message, name: str) -> str:
    return str(block.get(name, "")).strip()
