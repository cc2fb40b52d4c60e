"""Making a reward cheaper for a time, and ending that early (PRODUCT E4)."""

import hashlib
import json
from dataclasses import dataclass, replace
from datetime import date, datetime

from db.engine import atomic, retried, run
from db.ids import new_id
from loyalty import audit, clock, programmes
from loyalty.audit import Action
from loyalty.errors import Invalid, KeyReused
from loyalty.programmes import Programme
from loyalty.rewards import catalogue, cuts
from loyalty.rewards.catalogue import Reward
from loyalty.rules import price_cuts as rules
from loyalty.rules.actors import Actor
from loyalty.rules.days import day_end, day_start, local_day, zone
from loyalty.rules.price_cuts import Cut

_INSERT = """INSERT INTO price_cuts (programme_id, id, uid, reward_id, percent, new_points, tier_id, segment_ids,
      starts_at, ends_at, created_at, customer_id, campaign_id)
    VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {})
    ON CONFLICT (programme_id, uid) DO NOTHING RETURNING id"""


@dataclass(frozen=True, slots=True, kw_only=True)
class CutDraft:
    """What is typed: `percent` off or `new_points`, from the day `since` (None: at once) to the day `until`.

    Both days are of the programme's zone and included. `tier_uid` and `segment_uids` empty: for everybody.
    """

    until: date
    since: date | None = None
    percent: int | None = None
    new_points: int | None = None
    tier_uid: str = ""
    segment_uids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CutMade:
    """What to say, and the action; None when the key was used before."""

    sentence: str
    action: Action | None


async def drawn(programme: Programme, reward: Reward, draft: CutDraft, *, uid: str = "") -> Cut:
    """The cut a draft means, checked as of now. Raises Invalid naming the field, NotFound for a tier."""
    here, now = zone(programme.time_zone), clock.now()
    begins = now if draft.since in (None, local_day(now, here)) else day_start(draft.since, here)
    if begins < now:
        raise Invalid("This day is over; leave it empty to begin at once.", field="since")
    cut = Cut(
        uid=uid,
        starts_at=begins,
        ends_at=day_end(draft.until, here),
        percent=draft.percent,
        new_points=draft.new_points,
        audience=await cuts.audience(programme.id, draft.tier_uid, draft.segment_uids),
    )
    return rules.checked(cut, reward.about.points_price, now)


@retried
async def cut(programme_id: int, reward_uid: str, draft: CutDraft, *, by: Actor, key: str) -> CutMade:
    """Make a reward cheaper for a time. Repeating `key` returns the first outcome. PRODUCT E4.

    Raises Invalid naming the field, NotFound, KeyReused.
    """
    async with atomic():
        programme = await programmes.get(programme_id)
        found = await catalogue.find(programme_id, reward_uid)
        reward = await catalogue.lock(programme_id, found.id)
        uid = uid_of(key)
        made = await drawn(programme, reward, draft, uid=uid)
        if not await written(programme_id, reward, made):
            before = await cuts.find(programme_id, uid)
            if before.reward_id != reward.id or _marks(before.cut) != _marks(made):
                raise KeyReused(
                    "This form was already used for something else. Reload the page and try again."
                )
            return CutMade(_sentence(programme, reward, before.cut), None)
        sentence = _sentence(programme, reward, made)
        action = await audit.record(
            programme_id,
            "price_cut.made",
            ("reward", reward.id),
            sentence,
            by=by,
            before={"points": reward.about.points_price},
            after={"points": made.points(reward.about.points_price), **_plain(made)},
            undo={"noun": "rewards", "verb": "price_cut.made", "cut": uid},
        )
        return CutMade(sentence, action)


@retried
async def end(programme_id: int, uid: str, *, by: Actor) -> CutMade:
    """End a cut before its time; from now on the reward costs what it costs. Raises NotFound, AlreadyDone."""
    async with atomic():
        stored = await cuts.lock(programme_id, uid)
        reward, now = await catalogue.get(programme_id, stored.reward_id), clock.now()
        rules.end(stored.cut, now)
        await set_end(programme_id, uid, now)
        sentence = f"The price cut of {reward.about.name} has been ended"
        action = await audit.record(
            programme_id,
            "price_cut.ended",
            ("reward", reward.id),
            sentence,
            by=by,
            before=_plain(stored.cut),
            after=_plain(replace(stored.cut, ended_at=now)),
            undo={"noun": "rewards", "verb": "price_cut.ended", "cut": uid},
        )
        return CutMade(sentence, action)


async def set_end(programme_id: int, uid: str, at: datetime | None) -> None:
    """Write when a locked cut was ended early; None takes that back."""
    await run(
        "UPDATE price_cuts SET ended_at = {}, version = version + 1 WHERE programme_id = {} AND uid = {}",
        at,
        programme_id,
        uid,
    )


def uid_of(key: str) -> str:
    """The public id of the cut that a key makes."""
    return hashlib.sha256(f"price_cut:{key}".encode()).hexdigest()[:22]


async def written(
    programme_id: int,
    reward: Reward,
    made: Cut,
    *,
    customer_id: int | None = None,
    campaign_id: int | None = None,
) -> bool:
    """Write a checked cut, for everybody of its audience or for one customer alone. False: it was there already."""
    now = clock.now()
    inserted = await run(
        _INSERT,
        programme_id,
        new_id(now),
        made.uid,
        reward.id,
        made.percent,
        made.new_points,
        made.audience.tier_id,
        json.dumps(sorted(made.audience.segment_ids)),
        made.starts_at,
        made.ends_at,
        now,
        customer_id,
        campaign_id,
    )
    return bool(inserted)


def _sentence(programme: Programme, reward: Reward, made: Cut) -> str:
    last = local_day(made.ends_at, zone(programme.time_zone)).toordinal() - 1
    until = f"{date.fromordinal(last):%-d %B %Y}"
    whom = f" for {made.audience.called}" if made.audience.called else ""
    points = made.points(reward.about.points_price)
    return (
        f"{reward.about.name} costs {points:,} instead of {reward.about.points_price:,}{whom} until {until}"
    )


def _marks(made: Cut) -> tuple[object, ...]:
    """What tells a repeat of a form from another use of its key."""
    whom = made.audience
    return made.percent, made.new_points, made.ends_at, whom.tier_id, whom.segment_ids


def _plain(made: Cut) -> dict[str, object]:
    return {
        "percent": made.percent,
        "new_points": made.new_points,
        "tier": made.audience.tier_name or None,
        **({"segments": list(made.audience.segment_names)} if made.audience.segment_names else {}),
        "from": made.starts_at.isoformat(),
        "until": made.ends_at.isoformat(),
        "ended": made.ended_at.isoformat() if made.ended_at else None,
    }
