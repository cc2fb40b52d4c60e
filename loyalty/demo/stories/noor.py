"""Noor: an order cancelled by mistake and put right, and a friend who turns out to be herself."""

from collections.abc import Iterator
from functools import partial

from db.enums import OrderStatus
from loyalty import clock
from loyalty.demo import cast, tills
from loyalty.demo.almanac import Almanac
from loyalty.demo.stage import Scene, Stage
from loyalty.demo.stories.acts import SUNDAY_BREAKFAST, buys, cancels, claims, joins
from loyalty.orders.receiving import receive


def scenes(almanac: Almanac) -> Iterator[Scene]:
    noor, milo = cast.noor(almanac), cast.milo(almanac)
    yield joins(noor, almanac.at(70, 12, 0))
    yield buys(noor, almanac.at(9, 19, 0), "noor-1", SUNDAY_BREAKFAST)
    yield Scene(almanac.at(8, 9, 5), partial(_tell, OrderStatus.CANCELLED))
    yield Scene(almanac.at(8, 9, 50), partial(_tell, OrderStatus.PAID))

    yield claims(noor, milo.email, milo.name, almanac.at(21, 19, 0), "noor-milo")
    yield joins(milo, almanac.at(19, 19, 0))
    yield buys(milo, almanac.at(19, 19, 30), "milo-1", SUNDAY_BREAKFAST, with_code="noor-milo")
    yield cancels(almanac.at(16, 10, 0), "noor-milo", "Same address, same card", take_back_reward=True)


async def _tell(status: OrderStatus, stage: Stage) -> None:
    """The web shop tells of the same order again, with another status."""
    known = stage.orders["noor-1"]
    again = tills.told_again(known, status, clock.now())
    await receive(stage.programme_id, stage.web, again)
