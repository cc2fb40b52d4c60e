"""How mail reads to the desk."""

from markupsafe import Markup

from db.enums import CallState, ContactChannel, MailKind, MailState
from loyalty.campaigns import posting
from loyalty.endpoints import calling
from loyalty.mail import Letter
from loyalty.mail.cleaning import clean
from loyalty.mail.listing import Message
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


CALLS = {
    CallState.WAITING: Look("Waiting", "warn"),
    CallState.SENT: Look("Handed over", "good"),
    CallState.REFUSED: Look("Refused", "bad"),
    CallState.DROPPED: Look("Not sent"),
}
EVENTS = {calling.TEST: "A test", posting.EVENT: "A campaign’s message"}
ICONS = {ContactChannel.EMAIL: "mail", ContactChannel.PORTAL: "inbox", ContactChannel.SMS: "smartphone"}
WHERE = {ContactChannel.PORTAL: "in the portal", ContactChannel.SMS: "text message"}


def look(message: Message) -> Look:
    """Where a message is; one in the portal is read or not."""
    match message.state:
        case MailState():
            return STATES[message.state]
        case CallState():
            return CALLS[message.state]
        case None:
            return Look("Read", "good") if message.ended else Look("Not opened yet")


def written(letter: Letter) -> Markup:
    """The body of a letter, for a page or a mail."""
    return cleaned(letter.body)


def cleaned(html: str) -> Markup:
    """What of a message's HTML is safe, for a page."""
    return Markup(clean(html))
