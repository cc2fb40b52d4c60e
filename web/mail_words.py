"""How mail reads to the desk."""

from markupsafe import Markup

from db.enums import MailKind, MailState
from loyalty.mail import Letter
from loyalty.mail.cleaning import clean
from web.words import Look

KINDS = {
    MailKind.SIGN_IN: "Sign-in code",
    MailKind.EXPIRY_NOTICE: "Points that expire",
    MailKind.CAMPAIGN: "Campaign",
    MailKind.CAMPAIGN_TEST: "Test of a campaign",
}
STATES = {
    MailState.WAITING: Look("Waiting", "warn"),
    MailState.SENDING: Look("Being sent", "warn"),
    MailState.SENT: Look("Sent", "good"),
    MailState.REFUSED: Look("Refused", "bad"),
    MailState.UNKNOWN: Look("Not known whether it arrived", "warn"),
    MailState.DROPPED: Look("Not sent"),
    MailState.BOUNCED: Look("Came back", "bad"),
}


def written(letter: Letter) -> Markup:
    """The body of a letter, for a page or a mail."""
    return Markup(clean(letter.body))
