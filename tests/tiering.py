"""Bronze, silver and gold, and looking at where somebody stands."""

from datetime import datetime

from db.engine import atomic, value
from loyalty import clock
from loyalty.ledger.locking import locked
from loyalty.tiers.evaluating import Evaluated, evaluate
from tests import factories
from tests.cast import Cast
from tests.factories import START, Made, Person


async def levels(**gold: object) -> tuple[Made, Made, Made]:
    """Bronze from nothing, silver from €100, gold from €500."""
    return (
        await factories.tier(1, "Bronze", rank=1, threshold=0),
        await factories.tier(1, "Silver", rank=2, threshold=10_000),
        await factories.tier(1, "Gold", rank=3, threshold=50_000, **gold),
    )


async def look(person: Person, at: datetime | None = None) -> Evaluated | None:
    with clock.at(at or clock.now()):
        async with atomic():
            return await evaluate(await locked(person.programme_id, person.id))


async def tier_of(person: Person) -> str | None:
    found = await value(
        "SELECT t.name FROM customer_tiers s JOIN tiers t ON t.programme_id = s.programme_id AND t.id = s.tier_id"
        " WHERE s.programme_id = {} AND s.customer_id = {}",
        person.programme_id,
        person.id,
    )
    return str(found) if found else None


async def gold_by_spend(cast: Cast, at: datetime = START, **policy: object) -> None:
    await levels(keep_threshold=30_000)
    await factories.tier_policy(1, **policy)
    await factories.order(cast.ines, cast.web.id, 50_000, at=at)
    await look(cast.ines)
    assert await tier_of(cast.ines) == "Gold"
