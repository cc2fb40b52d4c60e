"""Signed events for an endpoint of the merchant's."""

from enum import StrEnum


class CallState(StrEnum):
    """Where a call is. `refused`: the endpoint didn't take it, for good; `dropped`: it wasn't to go any more."""

    WAITING = "waiting"
    SENT = "sent"
    REFUSED = "refused"
    DROPPED = "dropped"
