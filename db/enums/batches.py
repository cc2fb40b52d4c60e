"""Changes of many people at once."""

from enum import StrEnum


class BatchKind(StrEnum):
    """`points`: from a file, to each person what it says of them."""

    TAG = "tag"
    UNTAG = "untag"
    ADJUST = "adjust"
    EXCLUDE = "exclude"
    LIST = "list"
    POINTS = "points"
    END_OFFERS = "end_offers"


class BatchState(StrEnum):
    """A cancelled batch keeps what it had done; it can be undone like one that ran to its end."""

    RUNNING = "running"
    DONE = "done"
    CANCELLED = "cancelled"
    UNDOING = "undoing"
    UNDONE = "undone"


class BatchPersonState(StrEnum):
    """`kept`: the undo of this person was refused."""

    WAITING = "waiting"
    DONE = "done"
    REFUSED = "refused"
    UNDONE = "undone"
    KEPT = "kept"
