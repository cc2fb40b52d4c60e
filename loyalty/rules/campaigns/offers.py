"""What a campaign gives to everybody it is sent to. PRODUCT M1."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from db.enums import OfferKind
from loyalty.errors import Invalid
from loyalty.rules.multipliers import LEAST, MOST
from loyalty.rules.order_bonuses import MOST_NTH, MOST_POINTS
from loyalty.rules.price_cuts import LARGEST_PERCENT

MOST_DAYS = 365
MOST_USES = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What each recipient gets. Only what the kind needs is filled in:

    - a gift of `points`;
    - a multiplier in `percent` on `categories` (empty: everything), for `uses` orders within `days`;
    - `points` for the `nth` order within `days`;
    - `reward`, or a price cut of it by `percent`, for `days`;
    - a code of the shop's, from the campaign's pool, which the shop takes for `days`.

    `reward` is the public id of a reward. Days count from the day the message is sent, which is the first.
    """

    kind: OfferKind = OfferKind.NONE
    points: int = 0
    percent: int = 0
    categories: tuple[str, ...] = ()
    uses: int = 1
    nth: int = 0
    days: int = 0
    reward: str = ""

    @property
    def gives(self) -> bool:
        """Whether it gives anything. Only members can be given something."""
        return self.kind is not OfferKind.NONE

    @property
    def has_code(self) -> bool:
        """Whether everybody gets a code that the message can name."""
        return self.kind in (OfferKind.REWARD, OfferKind.CODE)

    def to_dict(self) -> dict[str, Any]:
        kept = {name: value for name, value in asdict(self).items() if value}
        if self.uses == 1:
            del kept["uses"]
        return kept

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
    """The offer with only what its kind needs.

    Raises Invalid naming `points`, `times`, `uses`, `nth`, `off`, `days` or `reward`.
    """
    kind = offer.kind
    match kind:
        case OfferKind.POINTS:
            _within(offer.points, MOST_POINTS, f"A gift is 1 to {MOST_POINTS:,} points.", "points")
            return Offer(kind=kind, points=offer.points)
        case OfferKind.MULTIPLIER:
            if not LEAST <= offer.percent <= MOST:
                raise Invalid("A multiplier goes from ×1.01 to ×10.", field="times")
            _within(offer.uses, MOST_USES, f"It can be used for 1 to {MOST_USES} orders.", "uses")
            _some_days(offer)
            return Offer(
                kind=kind,
                percent=offer.percent,
                categories=offer.categories,
                uses=offer.uses,
                days=offer.days,
            )
        case OfferKind.NTH_ORDER:
            _within(offer.nth, MOST_NTH, f"Choose the 1st to the {MOST_NTH}th order.", "nth")
            _within(offer.points, MOST_POINTS, f"A bonus is 1 to {MOST_POINTS:,} points.", "points")
            _some_days(offer)
            return Offer(kind=kind, nth=offer.nth, points=offer.points, days=offer.days)
        case OfferKind.PRICE_CUT:
            if not offer.reward:
                raise Invalid("Choose the reward that gets cheaper.", field="reward")
            _within(offer.percent, LARGEST_PERCENT, "A price cut is 1 to 100 percent.", "off")
            _some_days(offer)
            return Offer(kind=kind, reward=offer.reward, percent=offer.percent, days=offer.days)
        case OfferKind.REWARD:
            if not offer.reward:
                raise Invalid("Choose the reward that everybody gets.", field="reward")
            return Offer(kind=kind, reward=offer.reward)
        case OfferKind.CODE:
            _some_days(offer)
            return Offer(kind=kind, days=offer.days)
        case _:
            return NOTHING


def _some_days(offer: Offer) -> None:
    _within(offer.days, MOST_DAYS, f"It can be used for 1 to {MOST_DAYS} days.", "days")


def _within(number: int, most: int, sentence: str, field: str) -> None:
    if not 1 <= number <= most:
        raise Invalid(sentence, field=field)
