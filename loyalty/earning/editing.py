"""Creating an earning rule, and giving it a next version (PRODUCT I2)."""

from dataclasses import dataclass
from datetime import datetime

from db.engine import atomic, one, retried, run, value
from db.enums import RuleStatus
from loyalty import audit, clock, repeats
from loyalty.audit import Action
from loyalty.earning import rules
from loyalty.earning.rules import NEVER
from loyalty.errors import AlreadyDone, Invalid, NotFound, Stale
from loyalty.rules.actors import Actor
from loyalty.rules.earning import RuleDefinition

LONGEST_NAME = 120


@dataclass(frozen=True, slots=True)
class Saved:
    """The rule's uid, what to say, and the audited action, which can be undone."""

    uid: str
    sentence: str
    action: Action


@dataclass(frozen=True, slots=True)
class Held:
    """A rule's row, locked until the transaction ends."""

    id: int
    uid: str
    name: str
    status: RuleStatus
    position: int
    version: int


@retried
async def create(
    programme_id: int,
    definition: RuleDefinition,
    *,
    by: Actor,
    key: str,
    draft: bool = True,
    effective_from: datetime | None = None,
) -> Saved:
    """Add a rule at the end of the list: as a draft, or active from a moment on (None: now).

    Repeating `key` returns the first outcome. Raises Invalid naming the field, KeyReused.
    """
    _refuse_name(definition)
    asked = repeats.mark(key, definition.to_dict(), draft, effective_from)
    async with atomic():
        await _hold_list(programme_id)
        done = await repeats.earlier(programme_id, "earning.created", ("programme", programme_id), asked)
        if done is not None:
            return Saved(done.after["rule"], done.action.sentence, done.action)
        start = NEVER if draft else begins(effective_from)
        last = "SELECT coalesce(max(position), -1) + 1 FROM earning_rules WHERE programme_id = {}"
        rule_id = await rules.add(
            programme_id,
            definition,
            by=by,
            status=RuleStatus.DRAFT if draft else RuleStatus.ACTIVE,
            position=await value(last, programme_id),
            effective_from=start,
        )
        held = await lock(programme_id, rule_id=rule_id)
        sentence = f"“{held.name}” is " + ("a draft; nothing earns by it yet" if draft else "in force")
        action = await audit.record(
            programme_id,
            "earning.created",
            ("programme", programme_id),
            sentence,
            by=by,
            after={"rule": held.uid, "definition": definition.to_dict(), **asked.stored},
            undo={"noun": "earning", "verb": "status", "rule": rule_id, "to": RuleStatus.ARCHIVED},
        )
        return Saved(held.uid, sentence, action)


@retried
async def revise(
    programme_id: int,
    uid: str,
    definition: RuleDefinition,
    *,
    version: int,
    by: Actor,
    key: str,
    effective_from: datetime | None = None,
) -> Saved:
    """Give the rule its next version, in force from a moment on (None: now); a draft's waits for activation.

    It replaces whatever else was planned. Repeating `key` returns the first outcome. Raises Invalid,
    NotFound, Stale when somebody else changed the rule since `version`, AlreadyDone when nothing differs.
    """
    _refuse_name(definition)
    asked = repeats.mark(key, definition.to_dict(), effective_from)
    async with atomic():
        held = await lock(programme_id, uid=uid)
        done = await repeats.earlier(programme_id, "earning.revised", ("earning_rule", held.id), asked)
        if done is not None:
            return Saved(uid, done.action.sentence, done.action)
        if held.version != version:
            raise Stale(f"“{held.name}” was changed by somebody else meanwhile.")
        before = await rules.latest(programme_id, held.id)
        if before == definition:
            raise AlreadyDone("Nothing was changed, so there is no new version.")
        draft = held.status is RuleStatus.DRAFT
        start = NEVER if draft else begins(effective_from)
        await rules.revise(programme_id, held.id, definition, by=by, effective_from=start)
        await touch(programme_id, held.id)
        later = not draft and start > clock.now()
        sentence = f"“{definition.name}” has a new version" + (", planned" if later else "")
        action = await audit.record(
            programme_id,
            "earning.revised",
            ("earning_rule", held.id),
            sentence,
            by=by,
            before={"definition": before.to_dict()},
            after={"definition": definition.to_dict(), "from": start.isoformat(), **asked.stored},
            undo={
                "noun": "earning",
                "verb": "revised",
                "rule": held.id,
                "before": before.to_dict(),
                "after": definition.to_dict(),
            },
        )
        return Saved(uid, sentence, action)


async def lock(programme_id: int, *, uid: str = "", rule_id: int = 0) -> Held:
    """The rule, locked until the transaction ends. Raises NotFound."""
    by, key = ("uid", uid) if uid else ("id", rule_id)
    await run(
        f"UPDATE earning_rules SET version = version WHERE programme_id = {{}} AND {by} = {{}}",
        programme_id,
        key,
    )
    row = await one(
        "SELECT id, uid, name, status, position, version FROM earning_rules"
        f" WHERE programme_id = {{}} AND {by} = {{}}",
        programme_id,
        key,
    )
    if row is None:
        raise NotFound("There is no such earning rule in this programme.")
    return Held(**{**row, "status": RuleStatus(row["status"])})


async def touch(programme_id: int, rule_id: int) -> None:
    """Make every open form about the rule stale."""
    await run(
        "UPDATE earning_rules SET version = version + 1 WHERE programme_id = {} AND id = {}",
        programme_id,
        rule_id,
    )


async def _hold_list(programme_id: int) -> None:
    await run("UPDATE programmes SET version = version WHERE programme_id = {}", programme_id)


def begins(wanted: datetime | None) -> datetime:
    """Rules never reach back: what has been earned was earned under what was in force."""
    now = clock.now()
    if wanted is None:
        return now
    if wanted < now:
        raise Invalid("This day is over; a version begins now or on a day still to come.", field="effective")
    return wanted


def _refuse_name(definition: RuleDefinition) -> None:
    if len(definition.name) > LONGEST_NAME:
        raise Invalid(f"The name of a rule has 1 to {LONGEST_NAME} characters.", field="name")
