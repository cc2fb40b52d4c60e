"""Headers around a letter. Nothing that a person typed can begin a header of its own."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from loyalty.errors import LoyaltyError
from loyalty.mail import drawing
from loyalty.mail.letters import Letter
from loyalty.programmes import Programme
from loyalty.rules.bounces import MailName, message_id


class BadAddress(LoyaltyError):
    """No mail can be sent to this address."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """A mail as it goes over the wire, and from whom to whom."""

    sender: str
    recipient: str
    message: EmailMessage

    @property
    def wire(self) -> bytes:
        return self.message.as_bytes(policy=SMTP)


def sealed(
    letter: Letter,
    programme: Programme,
    *,
    uid: str,
    to: str,
    mail_from: str,
    base_url: str,
    at: datetime,
    unsubscribe: str = "",
) -> Envelope:
    """`unsubscribe` is a path; a mailbox posts to it without asking the person (RFC 8058). Raises BadAddress."""
    sender, recipient = bare(mail_from), bare(to)
    message = EmailMessage()
    message["Subject"] = one_line(letter.subject)
    message["From"] = Address(one_line(programme.name), addr_spec=sender)
    message["To"] = Address(addr_spec=recipient)
    message["Date"] = format_datetime(at)
    message["Message-ID"] = message_id(MailName(uid, programme.uid), sender.rpartition("@")[2])
    message["Auto-Submitted"] = "auto-generated"
    message["Content-Language"] = letter.language
    for name, value in _unsubscribing(base_url, unsubscribe).items():
        message[name] = value
    link = f"{base_url}{unsubscribe}" if unsubscribe else ""
    message.set_content(letter.text(programme.name, base_url, link))
    message.add_alternative(drawing.html(letter, programme, base_url, link), subtype="html")
    return Envelope(sender, recipient, message)


def bare(address: str) -> str:
    """The address alone, in ASCII. Raises BadAddress."""
    spec = address.strip()
    local, _, domain = spec.partition("@")
    try:
        ascii_domain = "" if "@" in domain else domain.encode("idna").decode()
        local.encode("ascii")
    except UnicodeError:
        raise BadAddress("No mail can be sent to this address.") from None
    if not local or not ascii_domain or any(ord(char) < 33 or char in "<>,;" for char in spec):
        raise BadAddress("No mail can be sent to this address.")
    return f"{local}@{ascii_domain}"


def one_line(text: str) -> str:
    """Text that stays in its header: no line ends, no control characters."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())[:200]


def _unsubscribing(base_url: str, path: str) -> Mapping[str, str]:
    if not path:
        return {}
    return {
        "List-Unsubscribe": f"<{base_url}{path}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
