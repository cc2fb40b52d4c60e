"""Who enters and who leaves each segment: one statement each, into members and the moves that only grow."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from db.enums import MoveCause
from loyalty.customers.search import Condition
from loyalty.segments import sizes
from loyalty.segments.footing import Footing
from loyalty.segments.kinds import belongs
from loyalty.segments.kinds.belongs import Belongs
from loyalty.segments.scopes import Scope, parts
from loyalty.segments.statements import Statement, json_object
from loyalty.segments.stored import Segment

# Every table is asked for the same people: joined as sets, each would else be read from end to end for each part.
_LEAVING = Statement("""INSERT INTO segment_moves (programme_id, id, segment_id, customer_id, entered, cause, settled,
      since, at, facts)
    SELECT m.programme_id, $$, m.segment_id, m.customer_id, false, $$, $$, m.since, $$, $$
    FROM segment_members m
    LEFT JOIN segment_facts f ON f.programme_id = m.programme_id AND f.customer_id = m.customer_id AND $$
    LEFT JOIN customers c ON c.programme_id = m.programme_id AND c.id = m.customer_id AND $$
    WHERE m.programme_id = $$ AND m.segment_id = $$ AND $$ AND NOT coalesce(f.customer_id IS NOT NULL AND $$, false)
    RETURNING customer_id""")
_GONE = Statement("""DELETE FROM segment_members WHERE programme_id = $$ AND segment_id = $$ AND $$
    AND customer_id IN (SELECT v.customer_id FROM segment_moves v
      WHERE v.programme_id = $$ AND v.id = $$ AND v.segment_id = $$ AND v.entered = false)""")
# Back before anybody was told that they had left: nothing happened, so nothing is told.
_ENTERING = Statement("""INSERT INTO segment_members (programme_id, segment_id, customer_id, since, move_id, settled,
      facts)
    SELECT f.programme_id, $$, f.customer_id, $$, $$, $$ OR EXISTS (SELECT 1 FROM segment_moves v
        WHERE v.programme_id = f.programme_id AND v.customer_id = f.customer_id AND v.segment_id = $$
          AND v.entered = false AND v.settled = true AND v.at > $$), $$
    FROM segment_facts f JOIN customers c ON c.programme_id = f.programme_id AND c.id = f.customer_id AND $$
    WHERE f.programme_id = $$ AND $$ AND ($$) AND NOT EXISTS (SELECT 1 FROM segment_members m
      WHERE m.programme_id = f.programme_id AND m.segment_id = $$ AND m.customer_id = f.customer_id AND $$)
    RETURNING customer_id""")
_ENTERED = Statement("""INSERT INTO segment_moves (programme_id, id, segment_id, customer_id, entered, cause, settled,
      since, at, facts)
    SELECT m.programme_id, m.move_id, m.segment_id, m.customer_id, true, $$, m.settled, m.since, m.since, m.facts
    FROM segment_members m
    WHERE m.programme_id = $$ AND m.segment_id = $$ AND m.move_id = $$ AND $$""")
# A trigger wrote down the tier that could be seen; somebody may have been moving them in that very moment.
_TIERS = Statement("""UPDATE segment_members SET tier_id = t.tier_id FROM customer_tiers t
    WHERE segment_members.programme_id = $$ AND $$ AND t.programme_id = $$
      AND t.customer_id = segment_members.customer_id
      AND coalesce(segment_members.tier_id, 0) <> coalesce(t.tier_id, 0)""")
_NOBODY = Condition("1 = 0")


@dataclass(frozen=True, slots=True)
class Round:
    """One refresh: its id, which names its moves; its moment; what it is for.

    `told_until`: exits up to this moment have been told of. `silent` versions of segments are judged
    for the first time, so nobody is told of their moves.
    """

    id: int
    at: datetime
    cause: MoveCause
    told_until: datetime


@dataclass(slots=True)
class Moved:
    entered: int = 0
    left: int = 0

    def __iadd__(self, other: "Moved") -> "Moved":
        self.entered += other.entered
        self.left += other.left
        return self


async def judge(footing: Footing, segments: Sequence[Segment], scope: Scope, round_: Round) -> Moved:
    """Bring the members among these people to what the segments say, in the caller's transaction."""
    moved = Moved()
    for segment in segments:
        moved += await _judge(footing, segment, scope, round_)
    if scope.ids is not None:  # whoever is moved to another tier is due, so they come by here afterwards
        p = footing.programme_id
        await _TIERS.run(p, scope.on("segment_members.customer_id"), p)
    return moved


async def empty(footing: Footing, segment: Segment, round_: Round) -> Moved:
    """Let everybody leave a segment that is about to be archived, in the caller's transaction; nobody is told."""
    moved = Moved()
    async for part in parts(footing.programme_id):
        moved += await _bring(footing, replace(segment, judged_version=0), Belongs(_NOBODY), part, round_)
    return moved


async def _judge(footing: Footing, segment: Segment, scope: Scope, round_: Round) -> Moved:
    return await _bring(footing, segment, belongs(segment, footing) or Belongs(_NOBODY), scope, round_)


async def _bring(footing: Footing, segment: Segment, who: Belongs, scope: Scope, round_: Round) -> Moved:
    p, silent = footing.programme_id, segment.version != segment.judged_version
    cause = round_.cause
    if silent:
        cause = MoveCause.DEFINITION if segment.judged_version else MoveCause.FIRST
    facts = json_object(who.facts)
    left = await _LEAVING.run(
        round_.id,
        cause,
        Condition("false" if silent else "m.settled"),
        round_.at,
        facts,
        scope.on("f.customer_id"),
        scope.on("c.id"),
        p,
        segment.id,
        scope.on("m.customer_id"),
        Condition(f"({who.condition.sql})", who.condition.args),
    )
    if left:
        await _GONE.run(p, segment.id, scope.on("customer_id"), p, round_.id, segment.id)
    entered = await _ENTERING.run(
        segment.id,
        round_.at,
        round_.id,
        Condition("true" if silent else "false"),
        segment.id,
        round_.told_until,
        facts,
        scope.on("c.id"),
        p,
        scope.on("f.customer_id"),
        who.condition,
        segment.id,
        scope.on("m.customer_id"),
    )
    if entered:
        await _ENTERED.run(cause, p, segment.id, round_.id, scope.on("m.customer_id"))
    if entered or left:
        await sizes.change(footing, segment.id, len(entered) - len(left))
    return Moved(len(entered), len(left))
