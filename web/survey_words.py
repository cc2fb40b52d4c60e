"""How quizzes, polls, challenges and pledges look on the merchant's screens."""

from datetime import datetime

from db.enums import GoalKind, SurveyKind, SurveyStatus
from loyalty.rules.surveys.definitions import Definition
from loyalty.surveys.stored import Survey
from web.words import Look

KINDS = {
    SurveyKind.QUIZ: Look("Quiz", icon="clipboard-list"),
    SurveyKind.POLL: Look("Poll", icon="list-checks"),
    SurveyKind.CHALLENGE: Look("Challenge", icon="trophy"),
    SurveyKind.PLEDGE: Look("Pledge", icon="leaf"),
}
MANY = {
    SurveyKind.QUIZ: "Quizzes",
    SurveyKind.POLL: "Polls",
    SurveyKind.CHALLENGE: "Challenges",
    SurveyKind.PLEDGE: "Pledges",
}
ABOUT = {
    SurveyKind.QUIZ: "A few questions that lead to a result, and the result to a segment.",
    SurveyKind.POLL: "One question; members vote and see how it stands.",
    SurveyKind.CHALLENGE: "So many orders, items or reviews in so many days.",
    SurveyKind.PLEDGE: "A promise in the member’s words, kept by what they buy.",
}
GOALS = {
    GoalKind.ORDERS: "Orders",
    GoalKind.ITEMS: "Items bought",
    GoalKind.SPEND: "Money spent",
    GoalKind.REVIEWS: "Reviews published",
    GoalKind.REFERRALS: "Friends invited who ordered",
}


def standing(survey: Survey, now: datetime) -> Look:
    """Whether members can take part at this moment."""
    if survey.status is SurveyStatus.DRAFT:
        return Look("Draft", "warn")
    if survey.status is SurveyStatus.ARCHIVED:
        return Look("Archived")
    if survey.is_over(now):
        return Look("Closed")
    return Look("Open", "good") if survey.is_open(now) else Look("Opens later", "note")


def most(said: Definition) -> int:
    """The points that taking part can give."""
    return max((outcome.points for outcome in said.outcomes), default=0)


def differs(said: Definition) -> bool:
    """Whether the outcomes give differently many points."""
    return len({outcome.points for outcome in said.outcomes}) > 1


def told(said: Definition) -> dict[str, str]:
    """What a definition says, in short, to compare two of them."""
    return {
        "Title": said.title,
        "Introduction": said.intro,
        "Promise": said.promise,
        "Questions": "; ".join(
            f"{asked.title} ({', '.join(option.label for option in asked.options)})"
            for asked in said.questions
        ),
        "Outcomes": "; ".join(
            ", ".join(filter(None, (each.title, each.text, each.segment, str(each.points or ""))))
            for each in said.outcomes
        ),
        "Goal": f"{said.goal.target} × {GOALS[said.goal.kind].lower()}" if said.goal else "",
    }


def changes(ours: Definition, theirs: Definition) -> list[tuple[str, str, str]]:
    """Where what was typed and what is stored differ: the name, what was typed, what is stored."""
    typed, stored = told(ours), told(theirs)
    return [(name, typed[name], stored[name]) for name in typed if typed[name] != stored[name]]
