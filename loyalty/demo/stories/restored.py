"""An order cancelled by mistake and put right: its points go and come back."""

from collections.abc import Iterator
from functools import partial

from db.enums import OrderStatus
from loyalty import clock
from loyalty.demo import cast, tills
from loyalty.demo.almanac import Almanac
from loyalty.demo.stage import Scene, Stage
from loyalty.demo.stories.acts import SUNDAY_BREAKFAST, buys, joins
from loyalty.orders.receiving import receive


def scenes(almanac: Almanac) -> Iterator[Scene]:
    noor = cast.noor(almanac)
    yield joins(noor, almanac.at(70, 12, 0))
    yield buys(noor, almanac.at(9, 19, 0), "noor-1", SUNDAY_BREAKFAST)
    yield Scene(almanac.at(8, 9, 5), partial(_tell, OrderStatus.CANCELLED))
    yield Scene(almanac.at(8, 9, 50), partial(_tell, OrderStatus.PAID))


async def _tell(status: OrderStatus, stage: Stage) -> None:
    """The web shop tells of the same order again, with another status."""
    known = stage.orders["noor-1"]
    again = tills.told_again(known, status, clock.now())
    await receive(stage.programme_id, stage.web, again)
