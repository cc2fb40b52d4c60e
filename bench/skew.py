"""How unevenly people buy: quantiles of a real gift shop's year (19,959 orders of 4,338 members).

Half of its members came once or twice and one came 209 times; half of its orders were below 304 pounds and
one was above 168,000.
"""

STEPS = 1_000
_AT = (*(5.0 * step for step in range(20)), 99, 99.9, 100)
"""The percentages of the quantiles below."""
_ORDERS = (1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 4, 5, 6, 7, 9, 13, 30, 93, 209)
_MINOR = (
    38, 2_234, 6_936, 10_704, 12_750, 15_253, 17_880, 20_683, 23_900, 27_537, 30_383, 31_890, 34_856, 38_514,
    43_200, 49_560, 58_575, 71_433, 94_067, 158_436, 482_086, 1_667_700, 16_846_960,
)  # fmt: skip


def frequencies(mean: int) -> list[int]:
    """How many entries a member has, at `STEPS` equal steps, about `mean` on average and at least 1."""
    curve = [_along(_ORDERS, step) for step in range(STEPS)]
    scale = mean * STEPS / sum(curve)
    return [max(1, round(many * scale)) for many in curve]


def worths() -> list[int]:
    """Order totals in minor units at `STEPS` equal steps."""
    return [round(_along(_MINOR, step)) for step in range(STEPS)]


def _along(quantiles: tuple[int, ...], step: int) -> float:
    """The value at `step` on the line through the quantiles."""
    percent = (step + 0.5) * 100 / STEPS
    right = next(place for place, at in enumerate(_AT) if at >= percent)
    before, after = _AT[right - 1], _AT[right]
    part = (percent - before) / (after - before)
    return quantiles[right - 1] + part * (quantiles[right] - quantiles[right - 1])
