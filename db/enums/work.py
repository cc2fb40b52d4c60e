"""Jobs and inbound events."""

from enum import StrEnum


class JobState(StrEnum):
    READY = "ready"
    LEASED = "leased"
    DONE = "done"
    DEAD = "dead"


class EventState(StrEnum):
    """An inbound event. `ignored` says why in its note; `dead` can be retried from the admin."""

    NEW = "new"
    DONE = "done"
    IGNORED = "ignored"
    DEAD = "dead"
