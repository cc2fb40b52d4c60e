"""Mara's earning rules: a draft she has tried on the autumn's orders, and two promises to Ines."""

from collections.abc import Iterator
from datetime import timedelta
from functools import partial

from db.enums import MultiplierSource
from loyalty import clock
from loyalty.demo import cast
from loyalty.demo.almanac import Almanac
from loyalty.demo.stage import Scene, Stage
from loyalty.dry_runs import starting, working
from loyalty.earning import editing
from loyalty.multipliers.granting import grant
from loyalty.rules.earning_rules import Base, Matching, Per, RuleDefinition

THURSDAY = RuleDefinition(
    name="Thursday beans: 5 more per $1",
    points=5,
    per=Per.AMOUNT,
    per_minor=100,
    base=Base.ITEMS,
    include=Matching(categories=("Beans",)),
    weekdays=(4,),
    max_points_per_order=200,
)


def scenes(almanac: Almanac) -> Iterator[Scene]:
    yield Scene(almanac.at(25, 9, 15), partial(_promise, almanac, 200, Matching(categories=("Bread",)), ""))
    yield Scene(almanac.at(8, 16, 20), _drafted)
    yield Scene(almanac.at(2, 11, 5), partial(_promise, almanac, 150, Matching(), "Her tenth year with us"))


async def _promise(almanac: Almanac, percent: int, scope: Matching, reason: str, stage: Stage) -> None:
    await grant(
        stage.programme_id,
        await stage.customer(cast.ines(almanac).email),
        percent=percent,
        scope=scope,
        valid_until=clock.now() + timedelta(days=30),
        source=MultiplierSource.STAFF,
        key=f"demo-promise-{percent}",
        reason=reason,
        by=stage.theo,
    )


async def _drafted(stage: Stage) -> None:
    """The draft, and what the last ninety days would have cost with it."""
    draft = await editing.create(stage.programme_id, THURSDAY, by=stage.mara, key="demo-thursday")
    tried = await starting.start(
        stage.programme_id, draft.uid, THURSDAY, by=stage.mara, key="demo-thursday-tried"
    )
    await working.work(stage.programme_id, tried.id)
