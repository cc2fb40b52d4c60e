"""Automations: where one is, what starts it for somebody, and what keeps it from them after all."""

from enum import StrEnum


class AutomationState(StrEnum):
    """Where an automation is. `archived` is put away; undoing that brings it back."""

    DRAFT = "draft"
    ON = "on"
    PAUSED = "paused"
    ARCHIVED = "archived"


class Trigger(StrEnum):
    """What happens to a person. `expiring`, `quiet` and `birthday` are days, the others are events."""

    SEGMENT = "segment"
    BIRTHDAY = "birthday"
    EXPIRING = "expiring"
    QUIET = "quiet"
    JOINED = "joined"
    FIRST_ORDER = "first_order"
    ORDER = "order"
    TIER = "tier"
    REACH = "reach"


class Exit(StrEnum):
    """What somebody did since, so that they get nothing: the same words as those of `LeftOut`."""

    ORDERED = "ordered"
    OUT_OF_SEGMENT = "out_of_segment"
    REDEEMED = "redeemed"
    REVIEWED = "reviewed"


class RunState(StrEnum):
    """One person's run: waiting for its moment, or done: they have a place in one of its campaigns."""

    WAITING = "waiting"
    DONE = "done"
