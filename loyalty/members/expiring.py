"""Which points expire on which day, from what is left of each credit. PRODUCT J1."""

from collections.abc import Sequence

from loyalty.customers.standing import last_day
from loyalty.customers.views import Due, LotView
from loyalty.rules.days import zone


def schedule(lots: Sequence[LotView], time_zone: str) -> tuple[Due, ...]:
    """The days to come, soonest first, each with its points."""
    here, days = zone(time_zone), dict[object, Due]()
    for lot in lots:
        if lot.expires is None or lot.expired:
            continue
        day = last_day(lot.expires, here)
        before = days.get(day)
        days[day] = Due(lot.remaining + (before.points if before else 0), day)
    return tuple(sorted(days.values(), key=lambda due: due.on))
