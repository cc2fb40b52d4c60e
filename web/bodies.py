"""JSON that programs send, read into declared fields; every field that can't be is named. PRODUCT N2."""

from typing import Any, TypeVar

from litestar import Request
from pydantic import BaseModel, ConfigDict, ValidationError

from loyalty.errors import LoyaltyError

MOST_PROBLEMS = 20


class Body(BaseModel):
    """The declared fields of a body. What isn't declared is refused: a typing mistake must not pass unseen."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


B = TypeVar("B", bound=Body)


class NotValid(LoyaltyError):
    """A body that can be read, with fields that can't be. `problems` are pairs of field and sentence."""

    status = 422

    def __init__(self, problems: tuple[tuple[str, str], ...]) -> None:
        first = f"{problems[0][0]}: {problems[0][1]}" if problems else ""
        super().__init__(f"The body has fields that can’t be right. {first}")
        self.problems = problems


async def read(request: Request[Any, Any, Any], model: type[B]) -> B:
    """The body as `model`. Raises Unreadable (400) for what isn't JSON, NotValid for wrong fields."""
    sent = await request.json()
    if not isinstance(sent, dict):
        raise NotValid((("body", "The body must be a JSON object."),))
    try:
        return model.model_validate(sent)
    except ValidationError as wrong:
        found = wrong.errors(include_url=False, include_context=False, include_input=False)
        raise NotValid(
            tuple(
                (".".join(str(part) for part in each["loc"]) or "body", each["msg"])
                for each in found[:MOST_PROBLEMS]
            )
        ) from wrong
