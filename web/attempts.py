"""Verbs whose refusal belongs on the form that asked, with the form as things are now."""

from collections.abc import Awaitable
from typing import TypeVar

from loyalty.errors import LoyaltyError, NotFound

T = TypeVar("T")


async def attempt(verb: Awaitable[T]) -> T | LoyaltyError:
    """What the verb did, or its refusal. What isn't there is raised on: no form can say anything about it."""
    try:
        return await verb
    except NotFound:
        raise
    except LoyaltyError as refusal:
        return refusal
