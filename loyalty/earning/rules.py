"""Rule versions: dated, numbered, never changed (PRODUCT I2)."""

import json
from datetime import UTC, datetime
from functools import lru_cache

from db.engine import Row, loads, rows, run, value
from db.enums import EarningTrigger, RuleStatus
from db.ids import new_id, new_uid
from loyalty import clock
from loyalty.once import asked_once
from loyalty.rules.actors import Actor
from loyalty.rules.earning import RuleDefinition, RuleVersion

BEGINNING = datetime(1990, 1, 1, tzinfo=UTC)
"""A rule's first version holds from here unless it says otherwise, so that imported history earns."""

NEVER = datetime(9999, 1, 1, tzinfo=UTC)
"""A draft's versions hold from here: activating it adds one that begins."""

_OF_ACTIVE = """SELECT r.id AS rule_id, v.id, v.effective_from, v.definition FROM earning_rules r
    JOIN earning_rule_versions v ON v.programme_id = r.programme_id AND v.rule_id = r.id
    WHERE r.programme_id = {} AND r.trigger = {} AND r.status = 'active'
    ORDER BY r.position, r.id, v.number"""


async def in_force(programme_id: int, trigger: EarningTrigger, at: datetime) -> tuple[RuleVersion, ...]:
    """The versions of active rules with this trigger that hold at a moment, in the merchant's order."""
    holding = {
        row["rule_id"]: row for row in await _of_active(programme_id, trigger) if row["effective_from"] <= at
    }
    return tuple(RuleVersion(row["id"], _definition(row["definition"])) for row in holding.values())


@asked_once
async def _of_active(programme_id: int, trigger: EarningTrigger) -> list[Row]:
    """Every version of the active rules, in the merchant's order, of each rule the oldest first."""
    return await rows(_OF_ACTIVE, programme_id, trigger)


@lru_cache(maxsize=1024)
def _definition(text: str) -> RuleDefinition:
    return RuleDefinition.from_dict(loads(text))


async def versions(programme_id: int, ids: tuple[int, ...]) -> tuple[RuleVersion, ...]:
    """Stored versions by id, in the order asked for: what a refund runs again (PRODUCT C5)."""
    if not ids:
        return ()
    marks = ", ".join(["{}"] * len(ids))
    found = await rows(
        f"SELECT id, definition FROM earning_rule_versions WHERE programme_id = {{}} AND id IN ({marks})",
        programme_id,
        *ids,
    )
    by_id = {row["id"]: _definition(row["definition"]) for row in found}
    return tuple(RuleVersion(id_, by_id[id_]) for id_ in ids)


async def latest(programme_id: int, rule_id: int) -> RuleDefinition:
    """What the rule's newest version says, whether or not it has begun."""
    found = await value(
        "SELECT definition FROM earning_rule_versions WHERE programme_id = {} AND rule_id = {}"
        " ORDER BY number DESC LIMIT 1",
        programme_id,
        rule_id,
    )
    return _definition(found)


async def add(
    programme_id: int,
    definition: RuleDefinition,
    *,
    by: Actor,
    status: RuleStatus = RuleStatus.ACTIVE,
    position: int = 0,
    effective_from: datetime = BEGINNING,
) -> int:
    """Create a rule with its first version, in the caller's transaction. Returns the rule's id."""
    now = clock.now()
    rule_id = new_id(now)
    await run(
        "INSERT INTO earning_rules (programme_id, id, uid, name, trigger, status, position, created_at)"
        " VALUES ({}, {}, {}, {}, {}, {}, {}, {})",
        programme_id,
        rule_id,
        new_uid(),
        definition.name,
        definition.trigger,
        status,
        position,
        now,
    )
    await revise(programme_id, rule_id, definition, by=by, effective_from=effective_from)
    return rule_id


async def revise(
    programme_id: int,
    rule_id: int,
    definition: RuleDefinition,
    *,
    by: Actor,
    effective_from: datetime | None = None,
) -> int:
    """Add the rule's next version, in the caller's transaction. Returns the version's id."""
    now = clock.now()
    version_id = new_id(now)
    await run(
        "INSERT INTO earning_rule_versions (programme_id, id, rule_id, number, definition, effective_from,"
        " actor_kind, actor_id, actor_name, created_at)"
        " SELECT CAST({} AS BIGINT), CAST({} AS BIGINT), CAST({} AS BIGINT), coalesce(max(number), 0) + 1,"
        " {}, {}, {}, CAST({} AS BIGINT), {}, {}"
        " FROM earning_rule_versions WHERE programme_id = {} AND rule_id = {}",
        programme_id,
        version_id,
        rule_id,
        json.dumps(definition.to_dict()),
        effective_from or now,
        by.kind,
        by.id,
        by.name,
        now,
        programme_id,
        rule_id,
    )
    await run(
        "UPDATE earning_rules SET name = {}, trigger = {} WHERE programme_id = {} AND id = {}",
        definition.name,
        definition.trigger,
        programme_id,
        rule_id,
    )
    return version_id
