"""Automations as they are stored."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from db.engine import loads, one, rows, run
from db.enums import AutomationState, Exit, Trigger
from loyalty.errors import NotFound
from loyalty.rules.automations import Terms

_COLUMNS = """a.id, a.uid, a.campaign_id, a.state, a.trigger, a.days, a.percent, a.delay_minutes, a.exits, a.pause_days,
    a.on_since, a.looked_to, a.live_version, a.actor_name, a.version, a.created_at, a.segment_id, a.tier_id,
    a.reward_id, c.uid AS campaign_uid, c.name, c.version AS draft_version, s.uid AS segment, s.name AS segment_name,
    s.archived_at AS segment_gone, t.uid AS tier, t.name AS tier_name, t.archived_at AS tier_gone, r.uid AS reward,
    r.name AS reward_name, r.status AS reward_status"""
_FROM = """FROM automations a JOIN campaigns c ON c.programme_id = a.programme_id AND c.id = a.campaign_id
    LEFT JOIN segments s ON s.programme_id = a.programme_id AND s.id = a.segment_id
    LEFT JOIN tiers t ON t.programme_id = a.programme_id AND t.id = a.tier_id
    LEFT JOIN rewards r ON r.programme_id = a.programme_id AND r.id = a.reward_id
    WHERE a.programme_id = {}"""
_ONE = f"SELECT {_COLUMNS} {_FROM} AND "
_ALL = f"SELECT {_COLUMNS} {_FROM} AND a.state <> 'archived' @beyond ORDER BY a.id @order LIMIT @limit"


@dataclass(frozen=True, slots=True)
class Named:
    """A segment, tier or reward a trigger names. `gone`: it is archived, or no longer offered."""

    id: int
    uid: str
    name: str
    gone: bool


@dataclass(frozen=True, slots=True)
class Automation:
    """`campaign_id` is the draft of what it says and gives; `edited`: that changed since it was last switched on.

    `looked_to` is up to which customer those who were there before were looked at; None: all, or nobody is to be.
    """

    id: int
    uid: str
    name: str
    state: AutomationState
    terms: Terms
    segment: Named | None
    tier: Named | None
    reward: Named | None
    campaign_id: int
    campaign_uid: str
    draft_version: int
    live_version: int | None
    on_since: datetime | None
    looked_to: int | None
    by: str
    version: int
    created_at: datetime

    @property
    def is_on(self) -> bool:
        return self.state is AutomationState.ON

    @property
    def edited(self) -> bool:
        return self.live_version != self.draft_version


async def find(programme_id: int, uid: str) -> Automation:
    """The automation with this public id. Raises NotFound."""
    return _found(await one(_ONE + "a.uid = {}", programme_id, uid))


async def get(programme_id: int, automation_id: int) -> Automation:
    """The same by its own id. Raises NotFound."""
    return _found(await one(_ONE + "a.id = {}", programme_id, automation_id))


async def lock(programme_id: int, automation_id: int) -> Automation:
    """The same, locked until the transaction ends: whoever changes it or takes up its runs waits for each other."""
    await run(
        "UPDATE automations SET version = version WHERE programme_id = {} AND id = {}",
        programme_id,
        automation_id,
    )
    return await get(programme_id, automation_id)


async def lock_by_uid(programme_id: int, uid: str) -> Automation:
    """The same by the public id. Raises NotFound."""
    return await lock(programme_id, (await find(programme_id, uid)).id)


async def page(programme_id: int, beyond: str, order: str, limit: int, *key: Any) -> list[dict[str, Any]]:
    """Rows of those that aren't archived, for `loyalty.turning`."""
    sql = _ALL.replace("@beyond", beyond).replace("@order", order).replace("@limit", str(limit))
    return await rows(sql, programme_id, *key)


def of(row: Mapping[str, Any]) -> Automation:
    """An automation from its row."""
    return Automation(
        id=row["id"],
        uid=row["uid"],
        name=row["name"],
        state=AutomationState(row["state"]),
        terms=Terms(
            trigger=Trigger(row["trigger"]),
            days=row["days"],
            percent=row["percent"],
            delay=timedelta(minutes=row["delay_minutes"]),
            exits=frozenset(Exit(each) for each in loads(row["exits"])),
            pause_days=row["pause_days"],
        ),
        segment=_named(row, "segment", gone=row["segment_gone"] is not None),
        tier=_named(row, "tier", gone=row["tier_gone"] is not None),
        reward=_named(row, "reward", gone=row["reward_status"] != "active"),
        campaign_id=row["campaign_id"],
        campaign_uid=row["campaign_uid"],
        draft_version=row["draft_version"],
        live_version=row["live_version"],
        on_since=row["on_since"],
        looked_to=row["looked_to"],
        by=row["actor_name"],
        version=row["version"],
        created_at=row["created_at"],
    )


def _named(row: Mapping[str, Any], noun: str, *, gone: bool) -> Named | None:
    uid = row[noun]
    return None if uid is None else Named(row[f"{noun}_id"], uid, row[f"{noun}_name"], gone)


def _found(row: Mapping[str, Any] | None) -> Automation:
    if row is None:
        raise NotFound("There is no such automation in this programme.")
    return of(row)
