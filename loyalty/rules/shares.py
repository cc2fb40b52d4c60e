"""Dividing a whole number so that nothing is lost: the largest-remainder method."""

from collections.abc import Sequence


def spread(amount: int, weights: Sequence[int]) -> list[int]:
    """Divide `amount` in proportion to `weights`; the parts add up to `amount` exactly.

    Each part is its exact share rounded down or up by less than one; ties go to the earlier part.
    Weights may be negative (a discount among lines) as long as their sum is positive. With no
    positive sum only 0 can be divided; anything else is a ValueError.
    """
    whole = sum(weights)
    if whole <= 0:
        if amount:
            raise ValueError("nothing to spread over")
        return [0] * len(weights)
    if amount == whole:
        return list(weights)
    parts: list[int] = []
    remainders: list[tuple[int, int]] = []
    for index, weight in enumerate(weights):
        part, remainder = divmod(amount * weight, whole)
        parts.append(part)
        if remainder:
            remainders.append((-remainder, index))
    left = amount - sum(parts)
    for _, index in sorted(remainders)[:left]:
        parts[index] += 1
    return parts
