"""Bea: a café's standing order, every Friday; then her bank stopped paying, and a quarter of it was cancelled."""

from collections.abc import Iterator
from datetime import timedelta
from functools import partial

from db.enums import OrderStatus
from loyalty import clock
from loyalty.demo import cast, tills
from loyalty.demo.almanac import Almanac
from loyalty.demo.stage import Scene, Stage
from loyalty.demo.stories.acts import SUNDAY_BREAKFAST, buys, joins
from loyalty.orders.receiving import receive
from loyalty.rules.days import add_months

_BOUNCED_DAYS = 130
_EVERY_DAYS = 7


def scenes(almanac: Almanac) -> Iterator[Scene]:
    """The orders of the last 130 days are cancelled in the middle of the month before the present one."""
    bea = cast.bea(almanac)
    fifteenth = add_months(almanac.today.replace(day=15), -1)
    bounced = (almanac.today - fifteenth).days
    yield joins(bea, almanac.at(420, 8, 0))
    for days_ago in range(419, bounced, -_EVERY_DAYS):
        mark = f"bea-{days_ago}"
        yield buys(bea, almanac.at(days_ago, 7, 10), mark, SUNDAY_BREAKFAST)
        if days_ago <= bounced + _BOUNCED_DAYS:
            at = almanac.at(bounced, 11) + timedelta(minutes=420 - days_ago)
            yield Scene(at, partial(_cancel, mark))


async def _cancel(mark: str, stage: Stage) -> None:
    again = tills.told_again(stage.orders[mark], OrderStatus.CANCELLED, clock.now())
    await receive(stage.programme_id, stage.web, again)
