"""Segments."""

from enum import StrEnum


class SegmentKind(StrEnum):
    """PRODUCT K. Where a segment's people come from."""

    VALUE = "value"
    BEHAVIOURAL = "behavioural"
    DECLARED = "declared"
    CUSTOM = "custom"
    STATIC = "static"


class MoveCause(StrEnum):
    """What a person entered or left a segment by."""

    NIGHT = "night"
    EVENT = "event"
    FIRST = "first"
    DEFINITION = "definition"
    BY_HAND = "by_hand"


class Scoring(StrEnum):
    """How R, F and M become scores of 1 to 5. PRODUCT K1."""

    AUTOMATIC = "automatic"
    FIXED = "fixed"
