"""A survey as members would see it, also while it can't be saved yet. PRODUCT L3."""

from dataclasses import dataclass, replace
from datetime import datetime

from db.enums import SurveyStatus
from loyalty.rules.surveys import scoring
from loyalty.rules.surveys.definitions import Definition, Outcome
from loyalty.rules.surveys.scoring import Step
from loyalty.surveys.screens import Screen
from loyalty.surveys.stored import Survey

UNTITLED = "Your title"


@dataclass(frozen=True, slots=True)
class Preview:
    """`step`: a quiz's first question; `outcome`: its first result."""

    shown: Screen
    step: Step | None
    outcome: Outcome | None


def preview(said: Definition, now: datetime) -> Preview:
    """What the portal's templates need to draw it."""
    said = replace(said, title=said.title.strip() or UNTITLED)
    survey = Survey(
        id=0,
        uid="preview",
        key="preview",
        kind=said.kind,
        status=SurveyStatus.PUBLISHED,
        draft=said,
        live=said,
        edition_id=0,
        number=1,
        opens_at=None,
        closes_at=None,
        version=0,
        created_at=now,
    )
    step = scoring.step(said, {}) if said.questions else None
    outcome = said.outcomes[0] if said.outcomes else Outcome("")
    if not said.outcomes:
        said = replace(said, outcomes=(outcome,))
    return Preview(Screen(survey, said, True, False), step, outcome)
