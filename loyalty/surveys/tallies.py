"""How it ended for how many (PRODUCT L3): live results of polls, outcomes of quizzes, who reached a goal."""

from dataclasses import dataclass

from db.engine import rows
from db.enums import ResponseState
from loyalty.rules.shares import spread
from loyalty.surveys.stored import Survey

_COUNTS = """SELECT r.outcome, r.state, count(*) AS people FROM survey_responses r
    WHERE r.programme_id = {} AND r.survey_id = {} GROUP BY r.outcome, r.state"""
_ALL = """SELECT r.survey_id, count(*) AS people FROM survey_responses r
    WHERE r.programme_id = {} GROUP BY r.survey_id"""


@dataclass(frozen=True, slots=True)
class Share:
    """One outcome: how many people, and how many of a hundred."""

    key: str
    title: str
    people: int
    percent: int


@dataclass(frozen=True, slots=True)
class Tally:
    """`running` and `missed` are those of challenges and pledges."""

    people: int
    shares: tuple[Share, ...]
    running: int = 0
    missed: int = 0


async def tally(programme_id: int, survey: Survey) -> Tally:
    """The result as it stands. Outcomes that an earlier edition had count under their key."""
    counted: dict[str, int] = {}
    states = dict.fromkeys(ResponseState, 0)
    for row in await rows(_COUNTS, programme_id, survey.id):
        states[ResponseState(row["state"])] += row["people"]
        if row["outcome"] is not None:
            counted[row["outcome"]] = counted.get(row["outcome"], 0) + row["people"]
    titles = {outcome.key: outcome.title for outcome in survey.shown.outcomes}
    titles |= {key: key for key in counted if key not in titles}
    everybody = sum(states.values())
    people = [counted.get(key, 0) for key in titles]
    # Who hasn't ended yet has a part of the hundred, too, and the parts add up to it.
    percents = spread(100 if everybody else 0, [*people, everybody - sum(people)])
    shares = tuple(
        Share(key, titles[key], n, percent)
        for key, n, percent in zip(titles, people, percents[:-1], strict=True)
    )
    return Tally(everybody, shares, states[ResponseState.OPEN], states[ResponseState.MISSED])


async def people(programme_id: int) -> dict[int, int]:
    """How many took part, by survey."""
    return {row["survey_id"]: row["people"] for row in await rows(_ALL, programme_id)}
