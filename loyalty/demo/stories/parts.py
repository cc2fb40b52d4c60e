"""What members took part in: a quiz, a poll that is still open, a challenge and a pledge."""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from random import Random

from db.enums import GoalKind, SurveyKind
from loyalty.demo.almanac import Almanac, evening_hour, moment
from loyalty.demo.people import SEED, Person
from loyalty.demo.stage import Scene, Stage
from loyalty.errors import LoyaltyError
from loyalty.rules.actors import themself
from loyalty.rules.surveys.definitions import Definition, Goal, Option, Outcome, Question, checked
from loyalty.surveys import editing, taking
from loyalty.surveys.editing import Draft

_QUIZ_DAYS, _POLL_DAYS, _GOAL_DAYS = 150, 12, 40
"""How many days ago each began."""

_SHARES = {"quiz": 0.16, "poll": 0.12, "five-breads": 0.1, "own-cup": 0.08}
INES = "ines.okafor@example.com"


def _question(title: str, *options: tuple[str, str]) -> Question:
    """A question whose answers each speak for one result, by its key."""
    return Question(title, options=tuple(Option(label, scores={result: 1}) for label, result in options))


PURIST, ROUTINE, SWEET = "sourdough_purist", "routine_seeker", "sweet_tooth"
QUIZ = Definition(
    kind=SurveyKind.QUIZ,
    title="Find your loaf",
    intro="Five questions, one minute, and we know what to put aside for you.",
    outcomes=(
        Outcome(
            "Sourdough purist", PURIST, "Country sourdough, well baked, nothing on it but butter.", points=250
        ),
        Outcome(
            "Routine seeker",
            ROUTINE,
            "The same seeded loaf every Saturday: we keep it warm.",
            segment="Routine Seekers",
            points=250,
        ),
        Outcome("Sweet tooth", SWEET, "Brioche first, and a cinnamon knot for the way.", points=250),
    ),
    questions=(
        _question(
            "When do you come by?",
            ("Saturday, always", ROUTINE),
            ("When the oven smells", PURIST),
            ("After lunch", SWEET),
        ),
        _question(
            "Crust or crumb?",
            ("Crust, nearly black", PURIST),
            ("Soft all through", SWEET),
            ("Whatever lasts the week", ROUTINE),
        ),
        _question(
            "What goes on it?",
            ("Butter and salt", PURIST),
            ("Jam, a lot", SWEET),
            ("Cheese, as ever", ROUTINE),
        ),
        _question(
            "How much is a surprise worth?",
            ("I like my usual", ROUTINE),
            ("A new flour every week", PURIST),
            ("If it has sugar", SWEET),
        ),
        _question(
            "Coffee with it?",
            ("Black", PURIST),
            ("Flat white, the same as yesterday", ROUTINE),
            ("Hot chocolate", SWEET),
        ),
    ),
)
POLL = Definition(
    kind=SurveyKind.POLL,
    title="Which bun comes back in December?",
    intro="The winner is in the window from the first Advent.",
    outcomes=(
        Outcome("Saffron bun", segment="Flavor Innovators", points=20),
        Outcome("Poppy seed roll", segment="Flavor Innovators", points=20),
        Outcome("Plum and rye", segment="Flavor Innovators", points=20),
    ),
)
BREADS = Definition(
    kind=SurveyKind.CHALLENGE,
    title="Five loaves in a month",
    intro="Any five breads from our shelf, in 30 days.",
    outcomes=(Outcome("Bread month", points=150),),
    goal=Goal(GoalKind.ITEMS, 5, days=30, category="Bread"),
)
CUP = Definition(
    kind=SurveyKind.PLEDGE,
    title="Bring your own cup",
    intro="Two coffees from the tap, none of them in paper.",
    promise="I bring my own cup",
    outcomes=(Outcome("Paper saved", segment="Eco-Allies", points=150),),
    goal=Goal(GoalKind.ORDERS, 2, days=21, category="Coffee"),
)


def scenes(people: Sequence[Person], almanac: Almanac) -> Iterator[Scene]:
    """The shop writes each and publishes it; some members take part."""
    closes = moment(almanac.today + timedelta(days=9), time(0))
    yield Scene(almanac.at(_QUIZ_DAYS, 8, 10), _opens("quiz", QUIZ))
    yield Scene(almanac.at(_POLL_DAYS, 8, 20), _opens("poll", POLL, closes))
    yield Scene(almanac.at(_GOAL_DAYS, 8, 30), _opens("five-breads", BREADS))
    yield Scene(almanac.at(_GOAL_DAYS, 8, 40), _opens("own-cup", CUP))
    began = dict(zip(_SHARES, (_QUIZ_DAYS, _POLL_DAYS, _GOAL_DAYS, _GOAL_DAYS), strict=True))
    luck = Random(f"{SEED}:parts")
    for person in people:
        for mark, share in _SHARES.items():
            day = almanac.day(luck.randint(1, began[mark] - 1))
            if person.joins is not None and _later(person.joins, day) and luck.random() < share:
                yield Scene(evening_hour(day, luck), _takes(mark, person.email, Random(luck.random())))
    yield Scene(almanac.at(60, 21, 15), _takes("quiz", INES, Random(4)))
    yield Scene(almanac.at(12, 21, 30), _takes("own-cup", INES, Random(4)))


def _later(joined: date, day: date) -> bool:
    return joined + timedelta(days=1) < day


def _opens(mark: str, said: Definition, closes: datetime | None = None) -> Callable[[Stage], Awaitable[None]]:
    async def act(stage: Stage) -> None:
        made = await editing.create(stage.programme_id, Draft(said, None, closes), by=stage.mara, key=mark)
        await editing.publish(stage.programme_id, made.survey.uid, by=stage.mara)
        stage.marks[mark] = made.survey.uid

    return act


def _takes(mark: str, email: str, luck: Random) -> Callable[[Stage], Awaitable[None]]:
    async def act(stage: Stage) -> None:
        customer_id, uid = await stage.customer(email), stage.marks[mark]
        who, by = (stage.programme_id, customer_id, uid), themself(customer_id)
        try:
            if mark == "quiz":
                await taking.finish(*who, _answers(luck), by=by)
            elif mark == "poll":
                await taking.vote(
                    *who, luck.choice(("saffron_bun", "poppy_seed_roll", "plum_and_rye")), by=by
                )
            else:
                await taking.take_up(*who, by=by)
        except LoyaltyError:
            return  # who has left, or never joined, takes part in nothing

    return act


def _answers(luck: Random) -> dict[str, str]:
    """One answer to each question; people lean towards one result."""
    leaning = luck.choice((0, 1, 2))
    return {
        question.key: (
            question.options[leaning % len(question.options)]
            if luck.random() < 0.5
            else luck.choice(question.options)
        ).key
        for question in _CHECKED.questions
    }


_CHECKED = checked(QUIZ)
