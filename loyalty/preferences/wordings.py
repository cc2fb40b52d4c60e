"""The published versions of a question's words."""

from dataclasses import dataclass
from datetime import datetime

from db.engine import one, rows
from loyalty.errors import NotFound
from loyalty.preferences.questions import Question, words
from loyalty.rules.preferences import Words

_OF = """SELECT w.id, w.number, w.title, w.help, w.purpose, w.options, w.actor_name, w.published_at
    FROM preference_wordings w WHERE w.programme_id = {} AND w.question_id = {}"""


@dataclass(frozen=True, slots=True)
class Wording:
    """Version `number` of what members read, since when, and who published it."""

    id: int
    number: int
    words: Words
    by: str
    at: datetime


async def shown(programme_id: int, question: Question, number: int) -> Wording:
    """The wording that a form was drawn with, or the present one where its number is made up.

    Raises NotFound for a question that was never published.
    """
    row = await one(f"{_OF} AND w.number = {{}}", programme_id, question.id, number)
    if row is None:
        row = await one(f"{_OF} AND w.number = {{}}", programme_id, question.id, question.number)
    if row is None:
        raise NotFound("This was never asked.")
    return Wording(row["id"], row["number"], words(row), row["actor_name"], row["published_at"])


async def of(programme_id: int, question: Question) -> tuple[Wording, ...]:
    """Every version, the newest first."""
    found = await rows(f"{_OF} ORDER BY w.number DESC LIMIT 50", programme_id, question.id)
    return tuple(
        Wording(row["id"], row["number"], words(row), row["actor_name"], row["published_at"]) for row in found
    )
