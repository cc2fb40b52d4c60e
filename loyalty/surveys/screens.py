"""What a member, or a stranger at the door, is shown of a survey (PRODUCT L3)."""

from dataclasses import dataclass
from datetime import datetime

from db.engine import snapshot
from db.enums import ResponseState, SurveyKind
from loyalty import clock
from loyalty.errors import NotFound
from loyalty.rules.surveys.definitions import Definition, Outcome
from loyalty.rules.surveys.goals import Progress
from loyalty.surveys import advancing, responses, stored
from loyalty.surveys.responses import Response
from loyalty.surveys.stored import Survey
from loyalty.surveys.tallies import Tally, tally

GOALS = (SurveyKind.CHALLENGE, SurveyKind.PLEDGE)
FRONT_PAGE = 3


@dataclass(frozen=True, slots=True)
class Screen:
    """One survey as one person sees it. `said` is the edition they answered, else the latest.

    `is_open`: they can take part, or answer otherwise. `tally` is a poll's live result, for who has voted and
    once it is over. `until`: when taking part ends; None: open end.
    """

    survey: Survey
    said: Definition
    is_open: bool
    is_over: bool
    response: Response | None = None
    outcome: Outcome | None = None
    progress: Progress | None = None
    tally: Tally | None = None

    @property
    def until(self) -> datetime | None:
        return self.response.ends_at if self.response and self.response.ends_at else self.survey.closes_at

    @property
    def is_running(self) -> bool:
        return self.response is not None and self.response.state is ResponseState.OPEN

    @property
    def most(self) -> int:
        """The points that taking part can give."""
        return max((outcome.points for outcome in self.said.outcomes), default=0)


async def screen(programme_id: int, customer_id: int, uid: str) -> Screen:
    """The survey for this member. Raises NotFound for what was never theirs to see."""
    now = clock.now()
    async with snapshot():
        survey = await stored.find(programme_id, uid)
        response = await responses.of_survey(programme_id, customer_id, survey.id)
        opened = survey.opens_at is None or survey.opens_at <= now
        if survey.live is None or (response is None and not (opened and survey.is_published)):
            raise NotFound("There is no such quiz, poll or challenge here.")
        return await _screen(programme_id, customer_id, survey, response, now)


async def offered(programme_id: int, customer_id: int) -> tuple[Screen, ...]:
    """What is open now and what the member takes part in, the unanswered first.

    Queries: two, one per poll voted in, and one per challenge that runs.
    """
    now = clock.now()
    async with snapshot():
        mine = {each.survey_id: each for each in await responses.of_customer(programme_id, customer_id)}
        found = [
            await _screen(programme_id, customer_id, survey, mine.get(survey.id), now)
            for survey in await stored.visible(programme_id, now)
        ]
    return tuple(sorted(found, key=lambda each: each.response is not None and not each.is_running))


async def unanswered(programme_id: int, customer_id: int) -> tuple[Screen, ...]:
    """What a member's front page offers: challenges that run, then what they haven't answered yet."""
    found = await offered(programme_id, customer_id)
    waiting = [each for each in found if each.response is None]
    return (*[each for each in found if each.is_running], *waiting)[:FRONT_PAGE]


async def at_the_door(programme_id: int, uid: str) -> Screen:
    """An open quiz for somebody nobody knows yet; its result is kept once they sign in. Raises NotFound."""
    now = clock.now()
    survey = await stored.find(programme_id, uid)
    if survey.kind is not SurveyKind.QUIZ or not survey.is_open(now) or survey.live is None:
        raise NotFound("There is no such quiz here.")
    return Screen(survey, survey.live, True, False)


async def _screen(
    programme_id: int, customer_id: int, survey: Survey, response: Response | None, now: datetime
) -> Screen:
    said, over = survey.shown, survey.is_over(now)
    if response is not None and survey.kind in GOALS:
        said = await stored.edition(programme_id, survey, response.edition_id)
    progress = result = None
    if response is not None and response.state is ResponseState.OPEN:
        progress = await advancing.progress(programme_id, customer_id, said, response)
    if survey.kind is SurveyKind.POLL and (response is not None or over):
        result = await tally(programme_id, survey)
    return Screen(
        survey=survey,
        said=said,
        is_open=survey.is_open(now),
        is_over=over,
        response=response,
        outcome=said.outcome(response.outcome) if response else None,
        progress=progress,
        tally=result,
    )
