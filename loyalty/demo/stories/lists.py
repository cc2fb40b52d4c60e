"""What Mara keeps at hand, and what she did to many people at once."""

from collections.abc import Iterator

from db.engine import value
from db.enums import BatchKind, CustomerType
from loyalty.batches import running, starting
from loyalty.batches.choosing import Selection
from loyalty.customers.filters import CustomerFilter, Sort
from loyalty.demo.almanac import Almanac
from loyalty.demo.stage import Scene, Stage
from loyalty.views import saving
from loyalty.views.saving import Wish

VIEW = "Spent most"
TAG = "win back"


def scenes(almanac: Almanac) -> Iterator[Scene]:
    yield Scene(almanac.at(40, 9, 30), _save_a_view)
    yield Scene(almanac.at(6, 16, 20), _tag_who_left)


async def _save_a_view(stage: Stage) -> None:
    wanted = CustomerFilter(type=CustomerType.MEMBER, sort=Sort.SPENT)
    await saving.save(stage.programme_id, wanted.query(), Wish(VIEW, shared=True), by=stage.mara)


async def _tag_who_left(stage: Stage) -> None:
    """As the worker does it, while the shop goes on."""
    left = Selection(CustomerFilter(type=CustomerType.LEFT))
    await starting.start(
        stage.programme_id, left, BatchKind.TAG, {"tag": TAG}, by=stage.mara, key="win-back", sure=True
    )
    latest = "SELECT id FROM batches WHERE programme_id = {} ORDER BY id DESC LIMIT 1"
    await running.forwards(stage.programme_id, await value(latest, stage.programme_id))
