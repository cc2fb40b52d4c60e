"""Was somebody in a segment at a moment? From the entries and exits that were kept. PRODUCT I1, K5."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Membership:
    """One person and one segment.

    `began`: when the segment's first entry was kept, None: it never had anybody. `moves` are the person's
    entries (True) and exits, the oldest first. `now`: whether they are in it.
    """

    began: datetime | None
    moves: tuple[tuple[datetime, bool], ...]
    now: bool

    def at(self, moment: datetime) -> bool:
        """Whether they were in it then; before the segment's history begins, whether they are now."""
        if self.began is None or moment < self.began:
            return self.now
        return next((entered for at, entered in reversed(self.moves) if at <= moment), False)


def among(memberships: Mapping[int, Membership], moment: datetime) -> tuple[int, ...]:
    """The ids of the segments somebody was in at a moment, in order."""
    return tuple(sorted(id_ for id_, membership in memberships.items() if membership.at(moment)))
