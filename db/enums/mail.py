"""Mail to customers."""

from enum import StrEnum


class MailKind(StrEnum):
    """What a mail is for. Whoever adds a kind adds it here and nothing else: the schema names none."""

    SIGN_IN = "sign_in"
    EXPIRY_NOTICE = "expiry_notice"
    CAMPAIGN = "campaign"
    CAMPAIGN_TEST = "campaign_test"

    @property
    def transactional(self) -> bool:
        """Whether it belongs to the membership itself, or was asked for, so that nobody can unsubscribe from it."""
        return self is not MailKind.CAMPAIGN


class MailState(StrEnum):
    """Where a mail is. `unknown`: the connection ended before the server said whether it took it.

    `bounced`: a server took it, and later sent it back.
    """

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    DROPPED = "dropped"
    BOUNCED = "bounced"
