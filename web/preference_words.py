"""How questions and answers look on screen, for the merchant and for members."""

from db.enums import AnswerSource, ContactChannel, QuestionKind, QuestionSection, QuestionStatus
from web.words import Look

QUESTION_SECTIONS = {
    QuestionSection.INTERESTS: Look("Product interests", icon="shopping-bag"),
    QuestionSection.COMMUNICATION: Look("Messages", icon="mail"),
    QuestionSection.VALUES: Look("What matters to you", icon="leaf"),
    QuestionSection.REWARDS: Look("Rewards you like", icon="gift"),
    QuestionSection.PROFILE: Look("About you", icon="user"),
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
    AnswerSource.PORTAL: "in the portal",
    AnswerSource.MAIL_LINK: "by a link in a mail",
    AnswerSource.STAFF: "told the team",
    AnswerSource.IMPORT: "from a file",
    AnswerSource.API: "by the API",
    AnswerSource.MERGE: "from another record of the same person",
}
CHANNELS = {
    ContactChannel.EMAIL: "E-mail",
    ContactChannel.SMS: "Text message",
    ContactChannel.PORTAL: "Portal",
}
