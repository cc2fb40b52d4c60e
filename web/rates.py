"""How often somebody may ask: a fixed window of a minute, counted in this process."""

from dataclasses import dataclass
from datetime import datetime

from loyalty.errors import LoyaltyError

WINDOW = 60
MOST_REMEMBERED = 10_000

_counted: dict[str, tuple[int, int]] = {}


class TooMany(LoyaltyError):
    """Asked too often. `wait` is seconds until the next window."""

    status = 429

    def __init__(self, sentence: str, *, wait: int) -> None:
        super().__init__(sentence)
        self.wait = wait


@dataclass(frozen=True, slots=True)
class Allowance:
    """What is left of a window: `remaining` requests until it is over in `resets` seconds."""

    limit: int
    remaining: int
    resets: int


def take(who: str, limit: int, now: datetime) -> Allowance:
    """Count one request of `who`. Raises TooMany beyond `limit` a minute."""
    window, into = divmod(int(now.timestamp()), WINDOW)
    if len(_counted) > MOST_REMEMBERED:
        for old in [name for name, (then, _) in _counted.items() if then != window]:
            del _counted[old]
    then, count = _counted.get(who, (window, 0))
    count = count + 1 if then == window else 1
    _counted[who] = (window, count)
    if count > limit:
        raise TooMany(f"More than {limit:,} requests a minute. Wait a moment.", wait=WINDOW - into)
    return Allowance(limit, limit - count, WINDOW - into)
