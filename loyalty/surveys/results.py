"""How a survey went, for the merchant: each number with the people behind it (PRODUCT L3)."""

from collections.abc import Mapping
from dataclasses import dataclass

from db.engine import snapshot
from db.enums import SurveyKind
from loyalty.surveys import stored, tallies
from loyalty.surveys.stored import Survey
from loyalty.surveys.taking import STARTED
from loyalty.surveys.tallies import Tally


@dataclass(frozen=True, slots=True)
class Count:
    """How many, all of them counted."""

    value: int
    at_least: bool = False


@dataclass(frozen=True, slots=True)
class Bar:
    """One outcome: for how many customers it ended so. `share` is tenths of a percent of the longest bar."""

    key: str
    label: str
    count: Count
    share: int


@dataclass(frozen=True, slots=True)
class Result:
    """`bars` are keyed as filters and segments know the outcomes."""

    survey: Survey
    tally: Tally
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Listing:
    """Every survey, the newest first, and how many took part in each, by its id."""

    surveys: tuple[Survey, ...]
    people: Mapping[int, int]

    def of(self, kind: SurveyKind) -> list[Survey]:
        return [survey for survey in self.surveys if survey.kind is kind]


async def listing(programme_id: int) -> Listing:
    """The list of Engage → Quizzes and polls. Two statements."""
    async with snapshot():
        return Listing(await stored.listed(programme_id), await tallies.people(programme_id))


async def result(programme_id: int, uid: str) -> Result:
    """The result as it stands. Raises NotFound."""
    async with snapshot():
        survey = await stored.find(programme_id, uid)
        counted = await tallies.tally(programme_id, survey)
    shares = [(share.key, share.title, share.people) for share in counted.shares]
    if survey.draft.goal:
        shares.append((STARTED, "Not reached", counted.running + counted.missed))
    longest = max((people for _, _, people in shares), default=0)
    bars = tuple(
        Bar(key, title, Count(people), people * 1000 // longest if longest else 0)
        for key, title, people in shares
    )
    return Result(survey, counted, bars)
