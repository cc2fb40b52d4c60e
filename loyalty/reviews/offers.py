"""What a review would earn: for itself, for a photo, for a video (PRODUCT H1)."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from loyalty.rules.earning import EarnContext, RuleVersion, earn_action

PARTS = {"review": "points", "photo": "photo", "video": "video"}
"""The parts a review is paid for, and how the ledger's keys call them."""

_LONGEST_PRODUCT = 120


@dataclass(frozen=True, slots=True)
class Offer:
    """What one part pays, in points, and the rules it comes from, the most generous first."""

    points: int
    rules: tuple[RuleVersion, ...]


def offers(versions: Sequence[RuleVersion], context: EarnContext, product_key: str) -> dict[str, Offer]:
    """By part, what these versions pay this customer for a review of this product."""
    worth = [
        (version, earn_action(version, context)) for version in versions if _covers(version, product_key)
    ]
    found: dict[str, Offer] = {}
    for part in PARTS:
        mine = sorted(
            ((version, points) for version, points in worth if points and _part(version) == part),
            key=lambda pair: -pair[1],
        )
        found[part] = Offer(sum(points for _, points in mine), tuple(version for version, _ in mine))
    return found


def key_of(customer_uid: str, product_key: str, part: str, turn: int = 1) -> str:
    """The ledger's key for a part of a product's review; points taken back may be paid under the next turn."""
    if len(product_key) > _LONGEST_PRODUCT:
        product_key = hashlib.sha256(product_key.encode()).hexdigest()
    key = f"review:{customer_uid}:{product_key}:{PARTS[part]}"
    return key if turn == 1 else f"{key}:{turn}"


def _part(version: RuleVersion) -> str:
    tags = {tag.casefold() for tag in version.definition.include.tags}
    return next((part for part in ("photo", "video") if part in tags), "review")


def _covers(version: RuleVersion, product_key: str) -> bool:
    definition = version.definition
    wanted = {product.casefold() for product in definition.include.products}
    unwanted = {product.casefold() for product in definition.exclude.products}
    return (not wanted or product_key.casefold() in wanted) and product_key.casefold() not in unwanted
