"""Changing the thresholds of a behavioural segment, with a look at who would come and go (PRODUCT K2)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from db.engine import atomic, hold, retried, snapshot, take_time
from loyalty import audit, repeats
from loyalty.audit import Action
from loyalty.errors import Stale
from loyalty.rules.actors import Actor
from loyalty.rules.segment_thresholds import changed
from loyalty.segments import asking, footing, measuring, stored
from loyalty.segments.kinds import behavioural
from loyalty.segments.statements import Statement
from loyalty.segments.stored import Segment

VERB = "segments.redefined"
_COUNT = Statement("""SELECT count(*) AS people, sum(CASE WHEN m.customer_id IS NULL THEN 1 ELSE 0 END) AS entering
    FROM segment_facts f JOIN customers c ON c.programme_id = f.programme_id AND c.id = f.customer_id
    LEFT JOIN segment_members m ON m.programme_id = f.programme_id AND m.customer_id = f.customer_id
      AND m.segment_id = $$
    WHERE f.programme_id = $$ AND ($$)""")
_NOW = Statement(
    "SELECT count(*) AS people FROM segment_members m WHERE m.programme_id = $$ AND m.segment_id = $$"
)


@dataclass(frozen=True, slots=True)
class Preview:
    """How many there are, would be, would enter and would leave."""

    now: int
    then: int
    entering: int

    @property
    def leaving(self) -> int:
        return self.now - (self.then - self.entering)


@dataclass(frozen=True, slots=True)
class Redefined:
    sentence: str
    action: Action


async def preview(programme_id: int, segment: Segment, given: Mapping[str, int]) -> Preview | None:
    """What these thresholds would do. None before the first refresh. Raises Invalid, naming the threshold."""
    draft = replace(segment, definition=changed(segment.definition["rule"], given))
    async with snapshot():
        await take_time()
        state = await footing.state(programme_id)
        if state is None or state.refreshed_at is None:
            return None
        others = [each for each in await stored.live(programme_id) if each.id != segment.id]
        known = await footing.policy(programme_id)
        stick = await measuring.measure(state.footing, known, [*others, draft], gaps=True, values=False)
        who = behavioural.belongs(draft, replace(state.footing, yardstick=stick))
        then = (await _COUNT.rows(segment.id, programme_id, who.condition))[0]
        now = (await _NOW.rows(programme_id, segment.id))[0]
    return Preview(now["people"], then["people"], then["entering"] or 0)


@retried
async def change(
    programme_id: int, uid: str, given: Mapping[str, int], *, by: Actor, key: str, version: int | None = None
) -> Redefined:
    """Give a behavioural segment other thresholds, as a new version; people move with the refresh that follows.

    Repeating `key` returns the first outcome. Raises Invalid, NotFound, Stale with what it is now, KeyReused.
    """
    asked = repeats.mark(key, uid, dict(given))
    async with atomic():
        await hold("segments", programme_id)
        segment = await stored.by_uid(programme_id, uid)
        done = await repeats.earlier(programme_id, VERB, ("segment", segment.id), asked)
        if done is not None:
            return Redefined(done.action.sentence, done.action)
        if version is not None and version != segment.version:
            raise Stale(
                f"Somebody else changed {segment.name} since you opened it. Load it again to see how."
            )
        definition = changed(segment.definition["rule"], given)
        await stored.redefine(programme_id, segment, definition, by=by)
        action = await audit.record(
            programme_id,
            VERB,
            ("segment", segment.id),
            f"{segment.name} has new thresholds",
            by=by,
            before=segment.definition,
            after={**definition, **asked.stored},
            undo={"noun": "segments", "verb": VERB, "segment": segment.uid, "before": segment.definition},
        )
    await asking.refresh_soon(programme_id)
    return Redefined(action.sentence, action)


async def restore(programme_id: int, uid: str, before: dict[str, Any], *, by: Actor) -> str:
    """Put earlier thresholds back, in the caller's transaction."""
    await hold("segments", programme_id)
    segment = await stored.by_uid(programme_id, uid)
    await stored.redefine(programme_id, segment, before, by=by)
    await asking.refresh_soon(programme_id)
    return f"{segment.name} has its earlier thresholds again"
