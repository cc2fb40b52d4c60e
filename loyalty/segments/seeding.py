"""The segments every programme has: what its map makes of R, F and M, five kinds of behaviour, birthdays."""

import re

from db.enums import SegmentKind
from loyalty.rules import segment_declarations as declarations
from loyalty.rules.orders import fold
from loyalty.rules.segment_declarations import THIS_MONTH, Declaration
from loyalty.rules.segment_maps import NO_PURCHASES, Map, names
from loyalty.rules.segment_thresholds import BEHAVIOURS, usual
from loyalty.segments import stored
from loyalty.segments.stored import New, Segment


async def ensure(programme_id: int, map_: Map) -> tuple[Segment, ...]:
    """Add what is missing, in the caller's transaction; every live segment of the programme."""
    there = await stored.live(programme_id)
    known, taken = {segment.handle for segment in there}, {segment.name for segment in there}
    missing = [new for new in _every(map_) if new.handle not in known and new.name not in taken]
    if not missing:
        return there
    for new in missing:
        await stored.add(programme_id, new)
    return await stored.live(programme_id)


def names_of(map_: Map) -> frozenset[str]:
    """What these segments are called, there or to come."""
    return frozenset(new.name for new in _every(map_))


def value_handle(name: str) -> str:
    """The handle of the value segment with this name."""
    return "value:" + (re.sub(r"[^a-z0-9]+", "-", fold(name)).strip("-") or "segment")[:60]


def _every(map_: Map) -> list[New]:
    values = [
        New(value_handle(name), name, SegmentKind.VALUE, {}, position=place)
        for place, name in enumerate((*names(map_), NO_PURCHASES))
    ]
    behaviours = [
        New(rule, each.name, SegmentKind.BEHAVIOURAL, usual(rule), each.sentence, place)
        for place, (rule, each) in enumerate(BEHAVIOURS.items())
    ]
    birthdays = Declaration(month=THIS_MONTH)
    told = New(
        "declared:birthdays",
        declarations.called(birthdays, {}),
        SegmentKind.DECLARED,
        birthdays.stored,
        declarations.described(birthdays, {}),
    )
    return [*values, *behaviours, told]
