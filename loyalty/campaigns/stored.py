"""Campaigns as they are stored."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time
from typing import Any

from db.engine import loads, one, rows, run
from db.enums import CampaignState, ContactTopic, Objective
from loyalty.errors import NotFound
from loyalty.rules.campaigns.arms import Shares
from loyalty.rules.campaigns.channels import Channels
from loyalty.rules.campaigns.offers import NOTHING, Offer
from loyalty.rules.campaigns.timing import Cap, QuietHours

_COLUMNS = """c.id, c.uid, c.name, c.objective, c.state, c.everybody, c.topic, c.channels, c.offer, c.subject,
    c.preheader, c.body, c.why, c.seed, c.held_out, c.broadcast, c.general_subject, c.general_body, c.quiet_from,
    c.quiet_until, c.cap_messages, c.cap_days, c.send_at, c.gathered_to, c.gathered, c.started_at, c.ended_at, c.note,
    c.actor_name, c.version, c.created_at, c.automation_id"""
_ONE = f"SELECT {_COLUMNS} FROM campaigns c WHERE c.programme_id = {{}} AND "
_ALL = f"""SELECT {_COLUMNS} FROM campaigns c WHERE c.programme_id = {{}} AND c.automation_id IS NULL @beyond
    ORDER BY c.id @order LIMIT @limit"""
_SEGMENTS = """SELECT s.id, s.uid, s.name, w.excluded, s.archived_at FROM campaign_segments w
    JOIN segments s ON s.programme_id = w.programme_id AND s.id = w.segment_id
    WHERE w.programme_id = {} AND w.campaign_id = {} ORDER BY w.position, s.id"""


@dataclass(frozen=True, slots=True)
class Message:
    """What is written, as it is typed: fields as `{{ first_name | there }}`, the body in a few marks.

    `why` tells members why they get it, in the merchant’s words; empty: `explaining` says it.
    """

    subject: str = ""
    preheader: str = ""
    body: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Campaign:
    """`topic` is what members who narrowed their messages must have asked for.

    `held_out` get nothing and `broadcast` get the `general` message instead, in basis points. PRODUCT M3.
    `automation_id`: it belongs to an automation, which brings its people one by one.
    """

    id: int
    uid: str
    name: str
    objective: Objective
    state: CampaignState
    everybody: bool
    topic: ContactTopic
    channels: Channels
    offer: Offer
    message: Message
    seed: str
    held_out: int
    broadcast: int
    general: Message
    quiet: QuietHours
    cap: Cap
    send_at: datetime | None
    gathered_to: int | None
    gathered: bool
    started_at: datetime | None
    ended_at: datetime | None
    note: str
    by: str
    version: int
    created_at: datetime
    automation_id: int | None = None

    @property
    def shares(self) -> Shares:
        """How its audience is split."""
        return Shares(self.held_out, self.broadcast)

    @property
    def as_general(self) -> "Campaign":
        """As the broadcast arm gets it: another message, and no offer."""
        return replace(self, message=self.general, offer=NOTHING)

    @property
    def is_draft(self) -> bool:
        return self.state is CampaignState.DRAFT

    @property
    def is_over(self) -> bool:
        return self.ended_at is not None


@dataclass(frozen=True, slots=True)
class Wanted:
    """A segment whose people get the campaign, or, `excluded`, are kept out of it."""

    id: int
    uid: str
    name: str
    excluded: bool
    archived: bool


async def find(programme_id: int, uid: str) -> Campaign:
    """The campaign with this public id. Raises NotFound."""
    return _found(await one(_ONE + "c.uid = {}", programme_id, uid))


async def get(programme_id: int, campaign_id: int) -> Campaign:
    """The campaign with this id. Raises NotFound."""
    return _found(await one(_ONE + "c.id = {}", programme_id, campaign_id))


async def lock(programme_id: int, campaign_id: int) -> Campaign:
    """The same, locked until the transaction ends: whoever moves or sends it waits for each other."""
    await run(
        "UPDATE campaigns SET version = version WHERE programme_id = {} AND id = {}",
        programme_id,
        campaign_id,
    )
    return await get(programme_id, campaign_id)


async def lock_by_uid(programme_id: int, uid: str) -> Campaign:
    """The same by the public id. Raises NotFound."""
    return await lock(programme_id, (await find(programme_id, uid)).id)


async def of_automation(programme_id: int, automation_id: int) -> tuple[Campaign, ...]:
    """The campaigns of an automation that have begun, in their order."""
    found = await rows(
        _ONE + "c.automation_id = {} AND c.started_at IS NOT NULL ORDER BY c.id", programme_id, automation_id
    )
    return tuple(of(row) for row in found)


async def page(programme_id: int, beyond: str, order: str, limit: int, *key: Any) -> Sequence[dict[str, Any]]:
    """Rows of a list, for `loyalty.turning`."""
    sql = _ALL.replace("@beyond", beyond).replace("@order", order).replace("@limit", str(limit))
    return await rows(sql, programme_id, *key)


async def wanted(programme_id: int, campaign_id: int) -> tuple[Wanted, ...]:
    """Its segments in the order of priority, excluded ones too."""
    return tuple(
        Wanted(row["id"], row["uid"], row["name"], row["excluded"], row["archived_at"] is not None)
        for row in await rows(_SEGMENTS, programme_id, campaign_id)
    )


async def kept_out(programme_id: int, campaign_id: int) -> tuple[Wanted, ...]:
    """The segments whose people it isn’t for."""
    return tuple(each for each in await wanted(programme_id, campaign_id) if each.excluded)


def of(row: Mapping[str, Any]) -> Campaign:
    """A campaign from its row."""
    return Campaign(
        id=row["id"],
        uid=row["uid"],
        name=row["name"],
        objective=Objective(row["objective"]),
        state=CampaignState(row["state"]),
        everybody=row["everybody"],
        topic=ContactTopic(row["topic"]),
        channels=Channels.of(row["channels"]),
        offer=Offer.from_dict(loads(row["offer"])),
        message=Message(row["subject"], row["preheader"], row["body"], row["why"]),
        seed=row["seed"],
        held_out=row["held_out"],
        broadcast=row["broadcast"],
        general=Message(row["general_subject"], body=row["general_body"]),
        quiet=QuietHours(_clock(row["quiet_from"]), _clock(row["quiet_until"])),
        cap=Cap(row["cap_messages"], row["cap_days"]),
        send_at=row["send_at"],
        gathered_to=row["gathered_to"],
        gathered=row["gathered"],
        started_at=row["started_at"],
        ended_at=row["ended_at"],
        note=row["note"],
        by=row["actor_name"],
        version=row["version"],
        created_at=row["created_at"],
        automation_id=row["automation_id"],
    )


def _found(row: Mapping[str, Any] | None) -> Campaign:
    if row is None:
        raise NotFound("There is no such campaign in this programme.")
    return of(row)


def _clock(minute: int) -> time:
    return time(minute // 60, minute % 60)
