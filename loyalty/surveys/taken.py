"""What one customer took part in, for themselves and for the team (PRODUCT B3, L3)."""

from dataclasses import dataclass
from datetime import datetime

from db.engine import loads, rows
from db.enums import ResponseState, SurveyKind
from loyalty.rules.surveys.definitions import Definition

MOST = 100

_OF = f"""SELECT s.uid, s.kind, r.state, r.outcome, r.started_at, r.finished_at, e.number, e.definition
    FROM survey_responses r
    JOIN surveys s ON s.programme_id = {{0}} AND s.id = r.survey_id
    JOIN survey_editions e ON e.programme_id = {{0}} AND e.id = r.edition_id
    WHERE r.programme_id = {{0}} AND r.customer_id = {{1}} ORDER BY r.id DESC LIMIT {MOST}"""


@dataclass(frozen=True, slots=True)
class Part:
    """One survey: in the words of the edition that was answered. `outcome` and `segment`: empty while it runs."""

    uid: str
    kind: SurveyKind
    state: ResponseState
    title: str
    outcome: str
    segment: str
    number: int
    at: datetime


async def of_customer(programme_id: int, customer_id: int) -> tuple[Part, ...]:
    """The newest first, at most 100. One statement."""
    parts = []
    for row in await rows(_OF, programme_id, customer_id):
        said = Definition.from_dict(loads(row["definition"]))
        outcome = said.outcome(row["outcome"])
        parts.append(
            Part(
                uid=row["uid"],
                kind=SurveyKind(row["kind"]),
                state=ResponseState(row["state"]),
                title=said.title,
                outcome=outcome.title if outcome else "",
                segment=outcome.segment if outcome else "",
                number=row["number"],
                at=row["finished_at"] or row["started_at"],
            )
        )
    return tuple(parts)
