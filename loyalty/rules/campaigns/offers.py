"""What a campaign gives to everybody it is sent to. PRODUCT M1."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from db.enums import OfferKind
from loyalty.errors import Invalid
from loyalty.rules.multipliers import LEAST, MOST

MOST_POINTS = 1_000_000
MOST_DAYS = 365


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """`points` of a gift; a multiplier in `percent` on `categories` (empty: everything) for `days`; or a reward.

    `reward` is the public id of a reward. Days count from the day the message is sent, which is the first.
    """

    kind: OfferKind = OfferKind.NONE
    points: int = 0
    percent: int = 0
    categories: tuple[str, ...] = ()
    days: int = 0
    reward: str = ""

    @property
    def gives(self) -> bool:
        """Whether it gives anything. Only members can be given something."""
        return self.kind is not OfferKind.NONE

    def to_dict(self) -> dict[str, Any]:
        return {name: value for name, value in asdict(self).items() if value}

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> "Offer":
        return cls(
            **{
                **stored,
                "kind": OfferKind(stored.get("kind", OfferKind.NONE)),
                "categories": tuple(stored.get("categories", ())),
            }
        )


NOTHING = Offer()


def checked(offer: Offer) -> Offer:
    """The offer with only what its kind needs. Raises Invalid naming `points`, `times`, `days` or `reward`."""
    match offer.kind:
        case OfferKind.POINTS:
            if not 1 <= offer.points <= MOST_POINTS:
                raise Invalid(f"A gift is 1 to {MOST_POINTS:,} points.", field="points")
            return Offer(kind=offer.kind, points=offer.points)
        case OfferKind.MULTIPLIER:
            if not LEAST <= offer.percent <= MOST:
                raise Invalid("A multiplier goes from ×1.01 to ×10.", field="times")
            if not 1 <= offer.days <= MOST_DAYS:
                raise Invalid(f"It can be used for 1 to {MOST_DAYS} days.", field="days")
            return Offer(kind=offer.kind, percent=offer.percent, categories=offer.categories, days=offer.days)
        case OfferKind.REWARD:
            if not offer.reward:
                raise Invalid("Choose the reward that everybody gets.", field="reward")
            return Offer(kind=offer.kind, reward=offer.reward)
        case _:
            return NOTHING
