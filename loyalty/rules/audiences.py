"""Whom something is offered to: the one place for conditions on a person, for rewards and price cuts alike.

A further condition is a field of `Audience`, what it looks at a field of `Person`, and its line in
`Audience.why_not`. PRODUCT E1, E4.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Barred(StrEnum):
    """Which condition keeps somebody out."""

    TIER = "tier"
    SEGMENT = "segment"


class Person(Protocol):
    """What conditions look at. `tier_rank` −1 and `tier_id` None: no tier."""

    @property
    def tier_rank(self) -> int: ...
    @property
    def tier_id(self) -> int | None: ...
    @property
    def segment_ids(self) -> frozenset[int]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """Everybody, unless narrowed: to a tier and those above it, to one tier alone, to members of segments.

    `min_tier_name`, `tier_name` and `segment_names` are what people read; members never read the last.
    """

    min_tier_rank: int | None = None
    min_tier_name: str = ""
    tier_id: int | None = None
    tier_name: str = ""
    segment_ids: frozenset[int] = frozenset()
    segment_names: tuple[str, ...] = ()

    @property
    def called(self) -> str:
        """“Gold”, “VIPs or New Enthusiasts”, “Gold in VIPs”; empty where `min_tier_rank` alone or nothing narrows."""
        return " in ".join(part for part in (self.tier_name, " or ".join(self.segment_names)) if part)

    def why_not(self, person: Person) -> tuple[Barred, str] | None:
        """None when it is for this person, else the condition and the end of a sentence: “is for …”."""
        if self.min_tier_rank is not None and person.tier_rank < self.min_tier_rank:
            return Barred.TIER, f"is for {self.min_tier_name or 'higher tiers'} and above"
        if self.tier_id is not None and person.tier_id != self.tier_id:
            return Barred.TIER, f"is for {self.tier_name or 'another tier'} only"
        if self.segment_ids and not self.segment_ids & person.segment_ids:
            return Barred.SEGMENT, "is offered to selected members only"
        return None


EVERYBODY = Audience()
