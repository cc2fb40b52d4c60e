"""The answers of a quiz that isn't finished, kept in the browser: nothing is written for who hasn't decided yet.

The cookie is signed, so that it says what our pages asked; it is finished, and forgotten, by signing in or by
the last answer of a member.
"""

from dataclasses import dataclass, field
from typing import Any

from itsdangerous import BadData, URLSafeSerializer
from litestar import Request
from litestar.datastructures import Cookie

from loyalty.settings import settings

NAME = "quiz"
DAYS = 7
LONGEST = 3_500
"""Browsers refuse cookies above 4 KB."""


@dataclass(frozen=True, slots=True)
class Answered:
    """Which quiz, and the option chosen for each question's key."""

    survey: str = ""
    answers: dict[str, str] = field(default_factory=dict)

    def plus(self, survey: str, question: str, option: str) -> "Answered":
        """One more answer; those of another quiz are dropped."""
        before = self.answers if self.survey == survey else {}
        return Answered(survey, {**before, question: option})

    def of(self, survey: str) -> dict[str, str]:
        """The answers to this quiz."""
        return self.answers if self.survey == survey else {}


def read(request: Request[Any, Any, Any]) -> Answered:
    """What this browser has answered so far; nothing where the cookie isn't ours."""
    try:
        found = _signer().loads(request.cookies.get(NAME, "")[:LONGEST])
        kept = Answered(
            str(found["survey"]), {str(key): str(option) for key, option in found["answers"].items()}
        )
        # Base 64 has spare bits in its last letter: without this, one letter could be another.
        return kept if _signed(kept) == request.cookies[NAME] else Answered()
    except (BadData, KeyError, TypeError, AttributeError):
        return Answered()


def cookie(request: Request[Any, Any, Any], answered: Answered) -> Cookie:
    """The cookie that keeps them for a week; without answers, or with more than a cookie holds, none stays."""
    kept = _signed(answered) if answered.survey else ""
    fits = 0 < len(kept) <= LONGEST
    return Cookie(
        key=NAME,
        value=kept if fits else "",
        path="/portal",
        max_age=DAYS * 24 * 60 * 60 if fits else 0,
        httponly=True,
        secure=request.app.state.https,
        samesite="lax",
    )


def _signed(answered: Answered) -> str:
    return str(_signer().dumps({"survey": answered.survey, "answers": answered.answers}))


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(settings().key, salt="quiz")
