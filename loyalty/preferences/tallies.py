"""How many chose what: the charts of the merchant's side, each number with its people behind it."""

from dataclasses import dataclass

from db.engine import rows, snapshot
from db.enums import QuestionKind
from loyalty.customers.views import Tally
from loyalty.preferences import questions
from loyalty.preferences.questions import Question

CAP = 20_000
"""Charts count this far; more is “20,000+”."""
MOST = 400
"""Options counted on one page; a programme asks far less."""

_COUNT = f"""SELECT {{}} AS question, {{}} AS option, (SELECT count(*) FROM (SELECT 1 FROM preference_choices c
    WHERE c.programme_id = {{}} AND c.question_key = {{}} AND c.option_key = {{}} LIMIT {CAP + 1}) capped) AS n"""
_TOLD = f"""SELECT q.id, (SELECT count(*) FROM (SELECT 1 FROM preference_current p
      WHERE p.programme_id = {{0}} AND p.question_id = q.id LIMIT {CAP + 1}) capped) AS n
    FROM preference_questions q WHERE q.programme_id = {{0}}"""


@dataclass(frozen=True, slots=True)
class Bar:
    """One option: how many customers it stands for now. `share` is tenths of a percent of the longest bar."""

    key: str
    label: str
    count: Tally
    share: int


@dataclass(frozen=True, slots=True)
class Chart:
    """A question with its answers; no bars for a birthday or a free text, which only have a number."""

    question: Question
    told: Tally
    bars: tuple[Bar, ...]


def tally(number: int) -> Tally:
    return Tally(min(number, CAP), number > CAP)


async def charts(programme_id: int) -> tuple[Chart, ...]:
    """Every question that is or was asked, in the order of the page. Three statements, each number capped."""
    async with snapshot():
        asked = [question for question in await questions.listed(programme_id) if question.live]
        told = {row["id"]: row["n"] for row in await rows(_TOLD, programme_id)}
        pairs = [
            (question.key, option.key)
            for question in asked
            if question.kind not in (QuestionKind.TEXT, QuestionKind.BIRTHDAY)
            for option in question.shown.options
        ][:MOST]
        counts = await _counted(programme_id, pairs)
    return tuple(
        Chart(question, tally(told.get(question.id, 0)), _bars(question, counts)) for question in asked
    )


async def _counted(programme_id: int, pairs: list[tuple[str, str]]) -> dict[tuple[str, str], int]:
    if not pairs:
        return {}
    sql = " UNION ALL ".join([_COUNT] * len(pairs))
    values = [value for key, option in pairs for value in (key, option, programme_id, key, option)]
    return {(row["question"], row["option"]): row["n"] for row in await rows(sql, *values)}


def _bars(question: Question, counts: dict[tuple[str, str], int]) -> tuple[Bar, ...]:
    numbers = [(option, counts.get((question.key, option.key))) for option in question.shown.options]
    longest = max((number for _, number in numbers if number), default=0)
    return tuple(
        Bar(option.key, option.label, tally(number), number * 1000 // longest if longest else 0)
        for option, number in numbers
        if number is not None
    )
