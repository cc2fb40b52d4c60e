"""Mail to customers."""

from enum import StrEnum


class MailKind(StrEnum):
    """What a mail is for. Whoever adds a kind adds it here and nothing else: the schema names none."""

    SIGN_IN = "sign_in"
    EXPIRY_NOTICE = "expiry_notice"

    @property
    def transactional(self) -> bool:
        """Whether it belongs to the membership itself, so that nobody can unsubscribe from it."""
        return self in {MailKind.SIGN_IN, MailKind.EXPIRY_NOTICE}


class MailState(StrEnum):
    """Where a mail is. `unknown`: the connection ended before the server said whether it took it."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    DROPPED = "dropped"
