"""The price cuts there are: those that may decide on a price, and those of one reward (PRODUCT E4).

A cut can be one person's alone, given by a campaign; such a one is asked for with its customer only.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from db.engine import Row, one, rows, run
from loyalty import clock
from loyalty.audiences.segments import names_in, names_of, segment_names, stored_ids
from loyalty.errors import NotFound
from loyalty.rules.audiences import Audience
from loyalty.rules.price_cuts import Cut, CutState

_SELECT = """SELECT p.id, p.uid, p.reward_id, p.percent, p.new_points, p.tier_id, p.starts_at, p.ends_at, p.ended_at,
      p.segment_ids, t.name AS tier_name, {segment_names}
    FROM price_cuts p LEFT JOIN tiers t ON t.programme_id = p.programme_id AND t.id = p.tier_id
    WHERE p.programme_id = {} AND """
_LIVE = "p.ends_at > {} AND p.ended_at IS NULL"
_FOR_ALL = f"{_SELECT}p.customer_id IS NULL AND {_LIVE}"
_FOR_ONE = f"{_FOR_ALL} UNION ALL {_SELECT}p.customer_id = {{}} AND {_LIVE} ORDER BY 1"
_OF = _SELECT + "p.reward_id = {} AND p.customer_id IS NULL ORDER BY p.starts_at DESC, p.id DESC LIMIT 100"
_TIER = "SELECT id, name FROM tiers WHERE programme_id = {} AND uid = {} AND archived_at IS NULL"
_ONE = _SELECT + "p.uid = {}"


@dataclass(frozen=True, slots=True)
class StoredCut:
    """A cut as it is kept: which reward's, and where it is in its time."""

    id: int
    reward_id: int
    cut: Cut
    state: CutState


async def live(programme_id: int, now: datetime) -> dict[int, tuple[Cut, ...]]:
    """The cuts that run or are to come, by the id of their reward, but none of one person's; one statement."""
    return _by_reward(await _read(f"{_FOR_ALL} ORDER BY p.id", programme_id, now))


async def live_for(programme_id: int, customer_id: int, now: datetime) -> dict[int, tuple[Cut, ...]]:
    """The same with those that are this customer's alone; one statement."""
    return _by_reward(await _read(_FOR_ONE, programme_id, now, programme_id, customer_id, now))


async def of(programme_id: int, reward_id: int) -> tuple[StoredCut, ...]:
    """The latest hundred cuts of a reward that aren't one person's, the one that begins last first."""
    return tuple(_stored(row, clock.now()) for row in await _read(_OF, programme_id, reward_id))


async def find(programme_id: int, uid: str) -> StoredCut:
    """The cut with this public id. Raises NotFound."""
    found = await _read(_ONE, programme_id, uid)
    if not found:
        raise NotFound("There is no such price cut in this programme.")
    return _stored(found[0], clock.now())


async def lock(programme_id: int, uid: str) -> StoredCut:
    """The same, locked until the transaction ends."""
    await run(
        "UPDATE price_cuts SET version = version WHERE programme_id = {} AND uid = {}", programme_id, uid
    )
    return await find(programme_id, uid)


async def audience(programme_id: int, tier_uid: str, segment_uids: Collection[str]) -> Audience:
    """Members of this tier who are in one of these segments; none named is no condition.

    Raises NotFound for a tier, Invalid for a segment that can't be chosen.
    """
    tier = await one(_TIER, programme_id, tier_uid) if tier_uid else None
    if tier_uid and tier is None:
        raise NotFound("There is no such tier in this programme.")
    names = await segment_names(programme_id) if segment_uids else None
    ids = names.ids(segment_uids) if names else ()
    return Audience(
        tier_id=tier["id"] if tier else None,
        tier_name=tier["name"] if tier else "",
        segment_ids=frozenset(ids),
        segment_names=names.names(ids) if names else (),
    )


async def _read(sql: str, *args: object) -> list[Row]:
    return await rows(sql.replace("{segment_names}", names_of("p")), *args)


def _by_reward(found: Iterable[Row]) -> dict[int, tuple[Cut, ...]]:
    by_reward: dict[int, tuple[Cut, ...]] = {}
    for row in found:
        by_reward[row["reward_id"]] = (*by_reward.get(row["reward_id"], ()), _cut(row))
    return by_reward


def _stored(row: Mapping[str, Any], now: datetime) -> StoredCut:
    cut = _cut(row)
    return StoredCut(row["id"], row["reward_id"], cut, cut.state(now))


def _cut(row: Mapping[str, Any]) -> Cut:
    return Cut(
        uid=row["uid"],
        starts_at=row["starts_at"],
        ends_at=row["ends_at"],
        percent=row["percent"],
        new_points=row["new_points"],
        ended_at=row["ended_at"],
        audience=Audience(
            tier_id=row["tier_id"],
            tier_name=row["tier_name"] or "",
            segment_ids=frozenset(stored_ids(row["segment_ids"])),
            segment_names=names_in(row["segment_names"]),
        ),
    )
