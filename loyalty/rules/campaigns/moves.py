"""Which state of a campaign may follow which, and what is said to whoever asks for another."""

from db.enums import CampaignState
from loyalty.errors import AlreadyDone

_DRAFT, _SCHEDULED = CampaignState.DRAFT, CampaignState.SCHEDULED
_SENDING, _PAUSED = CampaignState.SENDING, CampaignState.PAUSED
_SENT, _CANCELLED = CampaignState.SENT, CampaignState.CANCELLED

LEGAL: dict[CampaignState, frozenset[CampaignState]] = {
    _DRAFT: frozenset({_SCHEDULED, _CANCELLED}),
    _SCHEDULED: frozenset({_DRAFT, _SENDING, _CANCELLED}),
    _SENDING: frozenset({_PAUSED, _SENT, _CANCELLED}),
    _PAUSED: frozenset({_SENDING, _CANCELLED}),
    _SENT: frozenset(),
    _CANCELLED: frozenset({_DRAFT}),
}
"""The database refuses every other move too. Only undoing a cancellation leads out of `cancelled`."""

STANDS = {
    _DRAFT: "is a draft",
    _SCHEDULED: "is scheduled",
    _SENDING: "is being sent",
    _PAUSED: "is paused",
    _SENT: "has been sent",
    _CANCELLED: "has been cancelled",
}


def move(name: str, now: CampaignState, to: CampaignState) -> CampaignState:
    """`to`, where it may follow. Raises AlreadyDone with where the campaign stands."""
    if to not in LEGAL[now]:
        raise AlreadyDone(f"“{name}” {STANDS[now]} already; look at it again before you go on.")
    return to
