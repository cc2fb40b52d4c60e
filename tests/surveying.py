"""Quizzes, polls, challenges and pledges for tests, published at once."""

from datetime import datetime

from db.enums import GoalKind, SurveyKind
from loyalty.rules.actors import SYSTEM
from loyalty.rules.surveys.definitions import Definition, Goal, Option, Outcome, Question
from loyalty.surveys import editing
from loyalty.surveys.editing import Draft
from loyalty.surveys.stored import Survey

LOAF = Definition(
    kind=SurveyKind.QUIZ,
    title="Find your loaf",
    outcomes=(
        Outcome("Sourdough purist", points=250),
        Outcome("Routine seeker", segment="Routine Seekers", points=100),
    ),
    questions=(
        Question(
            "When do you bake?",
            options=(
                Option("At dawn", scores={"sourdough_purist": 2}),
                Option("Never", scores={"routine_seeker": 1}),
            ),
        ),
        Question(
            "Crust or crumb?",
            options=(
                Option("Crust", scores={"sourdough_purist": 1}),
                Option("Crumb", scores={"routine_seeker": 2}),
            ),
        ),
    ),
)
PURIST = {"when_do_you_bake": "at_dawn", "crust_or_crumb": "crust"}
ROUTINE = {"when_do_you_bake": "never", "crust_or_crumb": "crumb"}
FLAVOUR = Definition(
    kind=SurveyKind.POLL,
    title="Which bun comes back?",
    outcomes=(Outcome("Cardamom", points=20), Outcome("Cinnamon", points=20)),
)
CUP = Definition(
    kind=SurveyKind.PLEDGE,
    title="Bring your own cup",
    promise="I bring my own cup",
    outcomes=(Outcome("Paper saved", points=150),),
    goal=Goal(GoalKind.ORDERS, 2, days=14),
)


def challenge(
    target: int = 2,
    *,
    goal: GoalKind = GoalKind.ORDERS,
    points: int = 150,
    reward: str = "",
    days: int | None = None,
    category: str = "",
    tag: str = "",
) -> Definition:
    return Definition(
        kind=SurveyKind.CHALLENGE,
        title="Two loaves",
        outcomes=(Outcome("Reached", points=points, reward=reward),),
        goal=Goal(goal, target, days, category, tag),
    )


async def published(
    definition: Definition, *, opens_at: datetime | None = None, closes_at: datetime | None = None
) -> Survey:
    """One that members of programme 1 can take part in."""
    draft = Draft(definition, opens_at, closes_at)
    made = await editing.create(1, draft, by=SYSTEM, key=definition.title)
    return (await editing.publish(1, made.survey.uid, by=SYSTEM)).survey
