"""How questions and answers look on screen, for the merchant and for members."""

from db.enums import AnswerSource, ContactChannel, QuestionKind, QuestionSection, QuestionStatus
from loyalty.languages import message as _
from web.words import Look

QUESTION_SECTIONS = {
    QuestionSection.INTERESTS: Look(_("Product interests"), icon="shopping-bag"),
    QuestionSection.COMMUNICATION: Look(_("Messages"), icon="mail"),
    QuestionSection.VALUES: Look(_("What matters to you"), icon="leaf"),
    QuestionSection.REWARDS: Look(_("Rewards you like"), icon="gift"),
    QuestionSection.PROFILE: Look(_("About you"), icon="user"),
}
QUESTION_KINDS = {
    QuestionKind.MANY: "Several answers",
    QuestionKind.ONE: "One answer",
    QuestionKind.YES_NO: "Yes or no",
    QuestionKind.FREQUENCY: "How often",
    QuestionKind.BIRTHDAY: "A birthday",
    QuestionKind.TEXT: "A short text",
}
QUESTION_STATES = {
    QuestionStatus.DRAFT: Look("Draft", "warn"),
    QuestionStatus.PUBLISHED: Look("Asked", "good"),
    QuestionStatus.ARCHIVED: Look("Archived"),
}
ANSWER_SOURCES = {
    AnswerSource.PORTAL: _("in the portal"),
    AnswerSource.MAIL_LINK: _("by a link in a mail"),
    AnswerSource.STAFF: _("told the team"),
    AnswerSource.IMPORT: _("from a file"),
    AnswerSource.API: _("by the API"),
    AnswerSource.MAILBOX: _("by your mail provider"),
    AnswerSource.MERGE: _("from another record of the same person"),
}
CHANNELS = {
    ContactChannel.EMAIL: "E-mail",
    ContactChannel.SMS: "Text message",
    ContactChannel.PORTAL: "Portal",
}
