"""Who would be in another tier by what they would have earned (PRODUCT I2, F3)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from db.engine import rows
from db.enums import TierMetric
from db.ids import first_id
from loyalty import clock
from loyalty.programmes import Programme
from loyalty.rules.days import local_day, zone
from loyalty.rules.tier_previews import destination
from loyalty.rules.tiers import rank
from loyalty.tiers.metrics import bounds
from loyalty.tiers.schemes import Scheme

_STANDING = """SELECT c.id, c.joined_at, c.created_at, t.tier_id FROM customers c
    LEFT JOIN customer_tiers t ON t.programme_id = c.programme_id AND t.customer_id = c.id
    WHERE c.programme_id = {} AND c.type = 'member' AND c.id IN """
_COUNTED = """SELECT customer_id, effective_at, qualifying FROM ledger_entries
    WHERE programme_id = {} AND id >= {} AND qualifying <> 0 AND customer_id IN """


@dataclass(frozen=True, slots=True)
class Landing:
    """The tiers a member ends up in without and with the proposal; `moves` −1 down, 1 up, 0 neither."""

    before_id: int | None = None
    after_id: int | None = None
    moves: int = 0


async def landings(
    programme: Programme, scheme: Scheme, changed: Mapping[int, Sequence[tuple[datetime, int]]]
) -> dict[int, Landing]:
    """For members whose points differ, (when, difference) each, where they end up.

    Graces, and floors given by hand, are left aside, as in the preview of changed tiers. Nobody moves where
    tiers don't go by points.
    """
    policy = scheme.policy
    if not changed or policy is None or policy.metric is not TierMetric.POINTS:
        return {}
    now, here, marks = clock.now(), zone(programme.time_zone), ", ".join(["{}"] * len(changed))
    members = await rows(f"{_STANDING}({marks})", programme.id, *changed)
    windows = {
        row["id"]: bounds(policy, now, local_day(row["joined_at"] or row["created_at"], here), here)
        for row in members
    }
    earliest = min((start for start, _ in windows.values()), default=datetime(1990, 1, 1, tzinfo=UTC))
    metrics = dict.fromkeys(windows, 0)
    for row in await rows(f"{_COUNTED}({marks})", programme.id, first_id(earliest), *changed):
        start, end = windows.get(row["customer_id"], (now, now))
        if start <= row["effective_at"] < end:
            metrics[row["customer_id"]] += row["qualifying"]
    found = {}
    for row in members:
        (start, end), metric = windows[row["id"]], metrics[row["id"]]
        gain = sum(points for at, points in changed[row["id"]] if start <= at < end)
        before = destination(policy, scheme.levels, row["tier_id"], metric)
        after = destination(policy, scheme.levels, row["tier_id"], metric + gain)
        way = (rank(after) > rank(before)) - (rank(after) < rank(before))
        found[row["id"]] = Landing(before.id if before else None, after.id if after else None, way)
    return found
