"""A reward as a member sees it, before anybody can: the preview beside the form (PRODUCT E1)."""

from dataclasses import dataclass

from db.enums import RewardKind
from loyalty.rewards.drafts import RewardDraft


@dataclass(frozen=True, slots=True)
class Showcase:
    """`value_minor` and `percent` are what it is worth, None where the kind has no such number.

    `was` is the list price in points while a cut runs, else None.
    """

    name: str
    description: str
    kind: RewardKind
    points: int
    was: int | None
    value_minor: int | None
    percent: int | None
    product: str


def showcase(about: RewardDraft, *, now_points: int | None = None) -> Showcase:
    """The reward at its price, or at `now_points` while a cut makes it cheaper."""
    cut = now_points is not None and now_points < about.points_price
    return Showcase(
        name=about.name,
        description=about.description,
        kind=about.kind,
        points=now_points if cut and now_points is not None else about.points_price,
        was=about.points_price if cut else None,
        value_minor=about.value_minor,
        percent=about.percent,
        product=about.product,
    )
