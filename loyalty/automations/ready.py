"""Automations that are written already: begin with one, change what you like, switch it on. PRODUCT M5.

What they say is in ready.toml, when they begin and what they give is here.
"""

import tomllib
from dataclasses import dataclass
from datetime import timedelta
from importlib.resources import files

from db.enums import Exit, Objective, OfferKind, Trigger
from loyalty.campaigns.stored import Message
from loyalty.errors import Invalid
from loyalty.rules.automations import Terms
from loyalty.rules.campaigns.offers import NOTHING, Offer

_DAY = timedelta(days=1)
_ORDERED, _REDEEMED = frozenset({Exit.ORDERED}), frozenset({Exit.REDEEMED})
_USED = frozenset({Exit.REDEEMED, Exit.OUT_OF_SEGMENT})


@dataclass(frozen=True, slots=True)
class Ready:
    """One that is ready. `segment` is the handle of the segment that starts it."""

    handle: str
    name: str
    about: str
    objective: Objective
    terms: Terms
    message: Message
    offer: Offer = NOTHING
    segment: str = ""


def _times_two(days: int) -> Offer:
    return Offer(kind=OfferKind.MULTIPLIER, percent=200, days=days)


def _points(points: int) -> Offer:
    return Offer(kind=OfferKind.POINTS, points=points)


def _on(trigger: Trigger, exits: frozenset[Exit] = frozenset(), *, after: int = 0, days: int = 0,
        percent: int = 100, pause: int = 0) -> Terms:  # fmt: skip
    """`after` so many days; `pause` in days."""
    return Terms(
        trigger=trigger, days=days, percent=percent, delay=after * _DAY, exits=exits, pause_days=pause
    )


_JOINED, _SEGMENT = Trigger.JOINED, Trigger.SEGMENT
_THANK, _WIN_BACK = Objective.THANK, Objective.WIN_BACK
_SECOND, _SPEND = Objective.SECOND_ORDER, Objective.SPEND_POINTS

# In the order of a customer's life; then one for each behavioural segment, which have its handle.
_WRITTEN: dict[str, tuple[Objective, Terms, Offer]] = {
    "welcome": (_THANK, _on(_JOINED), NOTHING),
    "welcome_second": (_SECOND, _on(_JOINED, _ORDERED, after=3), NOTHING),
    "second_purchase": (_SECOND, _on(Trigger.FIRST_ORDER, _ORDERED, after=14), _times_two(14)),
    "win_back": (_WIN_BACK, _on(Trigger.QUIET, _ORDERED, days=60, pause=90), _times_two(30)),
    "points_expiring": (_SPEND, _on(Trigger.EXPIRING, _REDEEMED, days=14, pause=7), NOTHING),
    "within_reach": (_SPEND, _on(Trigger.REACH, _REDEEMED, percent=80, pause=30), NOTHING),
    "birthday": (_THANK, _on(Trigger.BIRTHDAY), _points(50)),
    "tier_reached": (_THANK, _on(Trigger.TIER), NOTHING),
    "review_request": (_THANK, _on(Trigger.ORDER, frozenset({Exit.REVIEWED}), after=10, pause=30), NOTHING),
    "at_risk_loyals": (_WIN_BACK, _on(_SEGMENT, _ORDERED, after=1, pause=90), _times_two(14)),
    "vips": (_THANK, _on(_SEGMENT, pause=365), _points(100)),
    "points_savers": (_SPEND, _on(_SEGMENT, _USED, after=1, pause=180), NOTHING),
    "new_enthusiasts": (_SECOND, _on(_SEGMENT, _ORDERED, after=7, pause=365), _points(25)),
    "engaged_advocates": (_THANK, _on(_SEGMENT, after=1, pause=180), NOTHING),
}
BLANK = Ready("", "", "", Objective.ANNOUNCE, _on(_JOINED), Message())


def _read() -> tuple[Ready, ...]:
    said = tomllib.loads(files("loyalty.automations").joinpath("ready.toml").read_text("utf-8"))
    return tuple(
        Ready(
            handle=handle,
            name=said[handle]["name"],
            about=said[handle]["about"],
            objective=objective,
            terms=terms,
            message=Message(said[handle]["subject"], said[handle]["preheader"], said[handle]["body"]),
            offer=offer,
            segment=handle if terms.trigger is _SEGMENT else "",
        )
        for handle, (objective, terms, offer) in _WRITTEN.items()
    )


READY = _read()


def find(handle: str) -> Ready:
    """The ready one of this handle; empty: nothing is written. Raises Invalid for one there isn't."""
    if not handle:
        return BLANK
    for each in READY:
        if each.handle == handle:
            return each
    raise Invalid("Choose one of these to begin with.", field="like")
