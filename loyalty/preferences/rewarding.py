"""What an answer earns: a complete profile's bonus, the birthday surprise, a favourite's boost (PRODUCT L2)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from db.enums import AnswerSource, CustomerType, QuestionKind
from loyalty.ledger.accounts import Account
from loyalty.preferences import boosting, completing, drawing
from loyalty.preferences.drawing import Surprise
from loyalty.preferences.questions import Question
from loyalty.rules.actors import Actor

_THEIR_OWN = {AnswerSource.PORTAL, AnswerSource.MAIL_LINK}
"""Only what a member says themself is rewarded, never what a file or a colleague says for them."""


@dataclass(frozen=True, slots=True)
class Followed:
    """`bonus` points for the completed profile, None when it wasn't completed by this.

    `boosts` are names of one-shot multipliers, such as “Double points on Skincare”.
    """

    bonus: int | None = None
    surprise: Surprise | None = None
    boosts: tuple[str, ...] = ()


async def follow(
    account: Account, changes: Sequence[tuple[Question, Any]], *, by: Actor, source: AnswerSource
) -> Followed:
    """Reward a member for what they told, in the caller's transaction. Guests and who left get nothing."""
    if account.type is not CustomerType.MEMBER or source not in _THEIR_OWN:
        return Followed()
    born = any(question.kind is QuestionKind.BIRTHDAY and new[0] for question, new in changes)
    surprise = await drawing.draw(account, by=by) if born else None
    boosts = [
        await boosting.boost(account, question, new, by=by)
        for question, new in changes
        if question.kind is QuestionKind.ONE
    ]
    bonus = await completing.complete(account, by=by)
    return Followed(bonus, surprise, tuple(name for name in boosts if name))
