"""What a report about a mail means: it came back, it is late, or its reader wants no more. PRODUCT M5.

Statuses are those of RFC 3463: 5.1.1 is "bad mailbox address", 4.2.2 "mailbox full, for now".
"""

import re
from dataclasses import dataclass
from enum import StrEnum

LONGEST_NOTE = 300

_STATUS = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
_REPLY = re.compile(r"\b([45])\d\d\b")
_MAIL = re.compile(r"<?\s*([\w-]{8,40})\.([\w-]{1,40})@[^\s<>@]+", re.ASCII)
_THE_MAIL = frozenset({"2.2", "2.3", "3.4"})
"""Mailbox full, message too long for it, message too big: nothing is wrong with the address."""
_ITS_CONTENT = frozenset({6, 7})
"""Subjects of a status that speak of content and policy, such as a filter for spam."""


class ReportKind(StrEnum):
    """What is reported. `late`: its server still tries."""

    BOUNCE = "bounce"
    LATE = "late"
    COMPLAINT = "complaint"
    UNSUBSCRIBE = "unsubscribe"


@dataclass(frozen=True, slots=True)
class MailName:
    """The mail a report is about, by the public ids in our Message-ID."""

    uid: str
    programme: str


@dataclass(frozen=True, slots=True)
class Report:
    """What somebody says became of a mail. `addresses` are those it was for, as the report tells them."""

    kind: ReportKind
    mail: MailName
    addresses: frozenset[str]
    status: str = ""
    note: str = ""

    @property
    def ends_the_address(self) -> bool:
        """Whether nothing more is to be sent there: a permanent failure that isn't the mail's own."""
        found = _STATUS.fullmatch(self.status)
        if self.kind is not ReportKind.BOUNCE or found is None or found[1] != "5":
            return False
        return int(found[2]) not in _ITS_CONTENT and f"{found[2]}.{found[3]}" not in _THE_MAIL


def message_id(mail: MailName, domain: str) -> str:
    """The Message-ID under which a mail goes out, by which a report finds it again."""
    return f"<{mail.uid}.{mail.programme}@{domain}>"


def named(text: str) -> MailName | None:
    """The first mail of ours that a text names by its Message-ID."""
    found = _MAIL.search(text)
    return MailName(found[1], found[2]) if found else None


def status_of(*texts: str) -> str:
    """The first status in these texts, or one made of a server's reply code: 550 → 5.0.0; empty: none."""
    for text in texts:
        if found := _STATUS.search(text):
            return found[0]
    for text in texts:
        if reply := _REPLY.search(text):
            return f"{reply[1]}.0.0"
    return ""


def kind_of(action: str, status: str) -> ReportKind | None:
    """Bounce or late, by a report's action (RFC 3464) and status; None: it arrived, or nothing is said."""
    match action.strip().lower():
        case "failed":
            return ReportKind.BOUNCE
        case "delayed":
            return ReportKind.LATE
        case "":
            return {"5": ReportKind.BOUNCE, "4": ReportKind.LATE}.get(status[:1])
        case _:
            return None


def sentence(text: str) -> str:
    """A server's words as one short line."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())[:LONGEST_NOTE]
