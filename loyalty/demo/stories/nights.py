"""The clockwork's nights: notices that arrive, points and codes that expire, tiers and segments looked at again."""

from collections.abc import Iterator
from datetime import timedelta

from loyalty import clock
from loyalty.demo.almanac import DAYS, Almanac
from loyalty.demo.stage import Scene, Stage
from loyalty.ledger import expiring
from loyalty.referrals import lapsing
from loyalty.rewards.expiring import expire_codes
from loyalty.segments.refreshing import refresh
from loyalty.tiers import sweeping

_FIRST_EXPIRIES = 330
"""Days after the opening: before, no lot is near its end and no year of anybody's is over."""
_TIERS_EVERY = 28
"""Days between looks at tiers that only sink by themselves; every order looks at its own customer's anyway."""

_LAST_NIGHTS = 2
"""Days ago since which segments are looked at every night; before, on the first of each month."""


def scenes(almanac: Almanac) -> Iterator[Scene]:
    for days_ago in range(DAYS - 1, -1, -1):
        yield Scene(almanac.at(days_ago, 0, 10), _codes)
        if days_ago < DAYS - _FIRST_EXPIRIES:
            yield Scene(almanac.at(days_ago, 0, 20), _points)
            yield Scene(almanac.at(days_ago, 9), _notices)
            if days_ago % _TIERS_EVERY == 0:
                yield Scene(almanac.at(days_ago, 1), _tiers)
        if days_ago <= _LAST_NIGHTS or (almanac.today - timedelta(days=days_ago)).day == 1:
            yield Scene(almanac.at(days_ago, 2), _segments)


async def _points(stage: Stage) -> None:
    await expiring.sweep(stage.programme_id)


async def _notices(stage: Stage) -> None:
    now = clock.now()
    for notice in await expiring.due_notices(stage.programme_id, now):
        arrived = now + timedelta(seconds=40)
        await expiring.notice_delivered(stage.programme_id, notice.customer_id, notice.lot_ids, arrived)


async def _codes(stage: Stage) -> None:
    await expire_codes(stage.programme_id)
    await lapsing.lapse(stage.programme_id)


async def _tiers(stage: Stage) -> None:
    await sweeping.sweep(stage.programme_id)


async def _segments(stage: Stage) -> None:
    await refresh(stage.programme_id, night=True)
