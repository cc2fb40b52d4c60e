"""What a segment is used in: a segment that something rests on can't go (PRODUCT E1, E4, I1, K4)."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from db.engine import loads, rows
from db.enums import SegmentKind
from loyalty import clock
from loyalty.errors import Invalid
from loyalty.rules import segment_trees as trees
from loyalty.segments import stored
from loyalty.segments.stored import Segment

# A version that is planned counts like the one in force: both are what the rule says now.
_ASKING = """SELECT 'reward' AS noun, r.uid, r.name, CAST(r.segment_ids AS TEXT) AS asked FROM rewards r
    WHERE r.programme_id = {0} AND r.status <> 'archived'
    UNION ALL
    SELECT 'price cut of', r.uid, r.name, CAST(p.segment_ids AS TEXT) FROM price_cuts p
    JOIN rewards r ON r.programme_id = p.programme_id AND r.id = p.reward_id
    WHERE p.programme_id = {0} AND p.customer_id IS NULL AND p.ends_at > {1} AND p.ended_at IS NULL
    UNION ALL
    SELECT 'earning rule', r.uid, r.name, CAST(v.definition AS TEXT) FROM earning_rules r
    JOIN earning_rule_versions v ON v.programme_id = r.programme_id AND v.rule_id = r.id
    WHERE r.programme_id = {0} AND r.status <> 'archived' AND v.number >= coalesce((
        SELECT max(w.number) FROM earning_rule_versions w
        WHERE w.programme_id = {0} AND w.rule_id = r.id AND w.effective_from <= {1}), (
        SELECT max(w.number) FROM earning_rule_versions w WHERE w.programme_id = {0} AND w.rule_id = r.id))
    UNION ALL
    SELECT 'campaign', c.uid, c.name, CAST(w.segment_id AS TEXT) FROM campaign_segments w
    JOIN campaigns c ON c.programme_id = w.programme_id AND c.id = w.campaign_id
    WHERE w.programme_id = {0} AND c.automation_id IS NULL AND c.state NOT IN ('sent', 'cancelled')
    UNION ALL
    SELECT 'automation', a.uid, c.name, CAST(w.segment_id AS TEXT) FROM campaign_segments w
    JOIN automations a ON a.programme_id = w.programme_id AND a.campaign_id = w.campaign_id
    JOIN campaigns c ON c.programme_id = w.programme_id AND c.id = w.campaign_id
    WHERE w.programme_id = {0} AND a.state <> 'archived'"""


class Noun(StrEnum):
    SEGMENT = "segment"
    REWARD = "reward"
    CUT = "price cut of"
    RULE = "earning rule"
    CAMPAIGN = "campaign"
    AUTOMATION = "automation"


@dataclass(frozen=True, slots=True)
class Use:
    """`uid` is of the segment, the reward (also for its cut), the rule, the campaign or the automation."""

    noun: Noun
    uid: str
    name: str


async def uses(programme_id: int) -> dict[str, tuple[Segment, frozenset[str]]]:
    """Every built segment with the public ids of those it looks at."""
    return {
        each.uid: (each, trees.segments_in(trees.of(each.definition["tree"])))
        for each in await stored.live(programme_id)
        if each.kind is SegmentKind.CUSTOM
    }


async def used_in(programme_id: int, segment: Segment) -> tuple[Use, ...]:
    """The built segments, rewards, price cuts and campaigns that aren't over, automations and earning rules
    that ask about it; two queries."""
    built = [
        Use(Noun.SEGMENT, uid, each.name)
        for uid, (each, inside) in (await uses(programme_id)).items()
        if segment.uid in inside
    ]
    asking = {
        Use(Noun(row["noun"]), row["uid"], row["name"])
        for row in await rows(_ASKING, programme_id, clock.now())
        if segment.id in _asked(loads(row["asked"]))
    }
    order = list(Noun)
    return (*built, *sorted(asking, key=lambda use: (order.index(use.noun), use.name, use.uid)))


def _asked(said: Any) -> Sequence[int]:
    """A rule says it in its definition, a campaign in a row for each, the others in a list."""
    if isinstance(said, dict):
        return tuple(said.get("segments", ()))
    return (said,) if isinstance(said, int) else said


def refuse(segment: Segment, found: Sequence[Use], *, field: str | None = None) -> None:
    """Raises Invalid, naming one of them, while anything rests on the segment."""
    if found:
        use, more = found[0], len(found) - 1
        asks = f"and {more} more ask" if more else "asks"
        raise Invalid(
            f"{segment.name} has to stay: the {use.noun} {use.name} {asks} about it. Take it out there first.",
            field=field,
        )
