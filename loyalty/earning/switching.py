"""Activating, pausing, archiving and ordering earning rules (PRODUCT I2)."""

from datetime import datetime

from db.engine import atomic, retried, rows, run
from db.enums import RuleStatus
from loyalty import audit, repeats
from loyalty.earning import rules
from loyalty.earning.editing import Held, Saved, begins, lock, touch
from loyalty.errors import AlreadyDone, Invalid, Stale
from loyalty.rules.actors import Actor

MOVES = {
    RuleStatus.ACTIVE: (RuleStatus.DRAFT, RuleStatus.PAUSED, RuleStatus.ARCHIVED),
    RuleStatus.PAUSED: (RuleStatus.ACTIVE,),
    RuleStatus.ARCHIVED: (RuleStatus.DRAFT, RuleStatus.ACTIVE, RuleStatus.PAUSED),
}
"""From which states a rule can be brought to each."""

_SAID = {
    RuleStatus.ACTIVE: "is in force",
    RuleStatus.PAUSED: "is paused",
    RuleStatus.ARCHIVED: "is archived",
}


@retried
async def switch(
    programme_id: int,
    uid: str,
    to: RuleStatus,
    *,
    version: int,
    by: Actor,
    key: str,
    effective_from: datetime | None = None,
) -> Saved:
    """Bring a rule to another state. A draft's newest version is in force from a moment on (None: now).

    Orders keep what they earned. Repeating `key` returns the first outcome. Raises NotFound, Stale,
    AlreadyDone when it is in that state, Invalid for a move that isn't there or a day that is over.
    """
    asked = repeats.mark(key, to, effective_from)
    async with atomic():
        held = await lock(programme_id, uid=uid)
        done = await repeats.earlier(programme_id, "earning.switched", ("earning_rule", held.id), asked)
        if done is not None:
            return Saved(uid, done.action.sentence, done.action)
        _refuse(held, to, version)
        if held.status is RuleStatus.DRAFT and to is RuleStatus.ACTIVE:
            definition = await rules.latest(programme_id, held.id)
            start = begins(effective_from)
            await rules.revise(programme_id, held.id, definition, by=by, effective_from=start)
        await set_status(programme_id, held.id, to)
        sentence = f"“{held.name}” {_SAID[to]}"
        action = await audit.record(
            programme_id,
            "earning.switched",
            ("earning_rule", held.id),
            sentence,
            by=by,
            before={"status": held.status},
            after={"status": to, **asked.stored},
            undo={"noun": "earning", "verb": "status", "rule": held.id, "from": to, "to": _back(held)},
        )
        return Saved(uid, sentence, action)


@retried
async def move(programme_id: int, uid: str, *, up: bool, by: Actor) -> Saved:
    """Change places with the neighbour above or below. Raises NotFound, AlreadyDone at the end of the list."""
    async with atomic():
        await run("UPDATE programmes SET version = version WHERE programme_id = {}", programme_id)
        held = await lock(programme_id, uid=uid)
        before = await order(programme_id)
        at = before.index(held.id) if held.id in before else -1
        to = at + (-1 if up else 1)
        if at < 0 or not 0 <= to < len(before):
            raise AlreadyDone(f"“{held.name}” can't move further.")
        after = list(before)
        after[at], after[to] = after[to], after[at]
        await arrange(programme_id, after)
        sentence = f"“{held.name}” moved {'up' if up else 'down'}"
        action = await audit.record(
            programme_id,
            "earning.moved",
            ("earning_rule", held.id),
            sentence,
            by=by,
            undo={"noun": "earning", "verb": "moved", "rule": held.id, "before": before, "after": after},
        )
        return Saved(uid, sentence, action)


async def set_status(programme_id: int, rule_id: int, to: RuleStatus) -> None:
    """Write a locked rule's state."""
    await run(
        "UPDATE earning_rules SET status = {} WHERE programme_id = {} AND id = {}", to, programme_id, rule_id
    )
    await touch(programme_id, rule_id)


async def order(programme_id: int) -> list[int]:
    """The rules that aren't archived, in the merchant's order."""
    found = await rows(
        "SELECT id FROM earning_rules WHERE programme_id = {} AND status <> 'archived' ORDER BY position, id",
        programme_id,
    )
    return [row["id"] for row in found]


async def arrange(programme_id: int, ids: list[int]) -> None:
    """Give these rules the places 0, 1, 2 …"""
    for position, rule_id in enumerate(ids):
        await run(
            "UPDATE earning_rules SET position = {} WHERE programme_id = {} AND id = {}",
            position,
            programme_id,
            rule_id,
        )


def _refuse(held: Held, to: RuleStatus, version: int) -> None:
    if held.status is to:
        raise AlreadyDone(f"“{held.name}” {_SAID[to]} already.")
    if held.version != version:
        raise Stale(f"“{held.name}” was changed by somebody else meanwhile.")
    if held.status not in MOVES.get(to, ()):
        raise Invalid(f"A rule that is {held.status} can't become {to}.")


def _back(held: Held) -> RuleStatus:
    """Undoing an activation pauses: the version is dated now, and drafts have none that is."""
    return RuleStatus.PAUSED if held.status is RuleStatus.DRAFT else held.status
