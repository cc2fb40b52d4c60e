"""The whole clockwork. Every time is on the wall clock of the programme's own zone.

Nothing here keeps balances right: releases and expiries count by date whether or not a job ran (C2).
A worker that was down catches up with the latest run of each, not with every one that was missed.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from db.engine import atomic, rows, value
from loyalty import clock
from loyalty.queue import enqueue


@dataclass(frozen=True, slots=True)
class Nightly:
    """A job that runs once a day, at `at` in the programme's zone."""

    job: str
    at: time

    def latest(self, now: datetime, zone: ZoneInfo) -> tuple[str, datetime]:
        """The name and the moment of the last run due. A day has one run, also when clocks change."""
        day = now.astimezone(zone).date()
        due = datetime.combine(day, self.at, zone).astimezone(UTC)
        if due > now:
            day -= timedelta(days=1)
            due = datetime.combine(day, self.at, zone).astimezone(UTC)
        return f"{self.job}:{day.isoformat()}", due


CLOCKWORK = (
    Nightly("expire_points", time(0, 10)),
    Nightly("lapse_referrals", time(0, 20)),
    Nightly("lapse_approvals", time(0, 25)),
    Nightly("expire_rewards", time(0, 30)),
    Nightly("end_challenges", time(0, 40)),
    Nightly("evaluate_tiers", time(1, 0)),
    Nightly("refresh_segments", time(2, 0)),
    Nightly("measure_campaign", time(2, 30)),
    Nightly("verify_ledger", time(3, 0)),
    Nightly("tidy_up", time(4, 0)),
    Nightly("give_birthday_points", time(8, 0)),
    Nightly("start_automations", time(8, 30)),
    Nightly("notify_expiry", time(9, 0)),
)


class Clockwork:
    """Puts what is due into the queue, once for any number of workers."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, str], str] = {}

    async def tick(self) -> int:
        """Returns how many jobs were added."""
        now, added = clock.now(), 0
        for programme in await rows("SELECT programme_id, time_zone, created_at FROM programmes"):
            zone = ZoneInfo(programme["time_zone"])
            for periodic in CLOCKWORK:
                slot = (programme["programme_id"], periodic.job)
                key, due = periodic.latest(now, zone)
                if due >= programme["created_at"] and self._known.get(slot) != key:
                    added += await _once(*slot, key)
                    self._known[slot] = key
        return added


async def _once(programme_id: int, job: str, key: str) -> bool:
    # The queue's own key only holds while a job waits or runs; this also sees those that are done.
    known = "SELECT id FROM jobs WHERE programme_id = {} AND dedupe_key = {} LIMIT 1"
    async with atomic():
        if await value(known, programme_id, key) is not None:
            return False
        return await enqueue(programme_id, job, {}, dedupe_key=key)
