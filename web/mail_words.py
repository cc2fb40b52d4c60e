"""How mail reads to the desk."""

from db.enums import MailKind, MailState
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
}
