"""Earning rules of a programme file: a changed rule is a new version, a missing one is archived (PRODUCT I2)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from db.engine import loads, rows, run
from db.enums import RuleStatus
from loyalty.earning import rules
from loyalty.errors import Invalid
from loyalty.programme_files import names as naming
from loyalty.programme_files.names import Names
from loyalty.rules.actors import Actor
from loyalty.rules.earning import RuleDefinition

_STORED = """SELECT r.id, r.name, r.status, r.position, v.definition FROM earning_rules r
    JOIN earning_rule_versions v ON v.programme_id = r.programme_id AND v.rule_id = r.id AND v.number = (
        SELECT max(w.number) FROM earning_rule_versions w WHERE w.programme_id = {0} AND w.rule_id = r.id)
    WHERE r.programme_id = {0} AND r.status <> 'archived' ORDER BY r.position, r.id"""


def definition(rule: Mapping[str, Any], names: Names) -> RuleDefinition:
    """A rule of the file with ids for its stores, tiers and segments. Raises Invalid naming the field."""
    data = {key: value for key, value in rule.items() if key != "status"}
    for key, known in _named(names):
        if key in data:
            if not isinstance(data[key], list):
                raise Invalid("must be a list of names.", field=key)
            data[key] = naming.ids(data[key], known, key)
    return RuleDefinition.from_dict(data)


async def stored(programme_id: int, names: Names) -> list[dict[str, Any]]:
    """The rules as a file would say them."""
    return [_as_file(row, names) for row in await rows(_STORED, programme_id)]


async def bring(
    programme_id: int, wanted: list[dict[str, Any]], names: Names, *, by: Actor, holds_from: datetime
) -> list[str]:
    """Add, revise, pause and archive; a new rule holds from `holds_from`. Returns what changed."""
    there = {row["name"]: row for row in await rows(_STORED, programme_id)}
    changes: list[str] = []
    for position, rule in enumerate(wanted):
        asked, status = definition(rule, names), RuleStatus(rule.get("status", RuleStatus.ACTIVE))
        row = there.pop(asked.name, None)
        if row is None:
            starts = rules.NEVER if status is RuleStatus.DRAFT else holds_from
            await rules.add(
                programme_id, asked, by=by, status=status, position=position, effective_from=starts
            )
            changes.append(f"earning “{asked.name}”: added")
            continue
        changed = RuleDefinition.from_dict(loads(row["definition"])) != asked
        begins = row["status"] == RuleStatus.DRAFT and status is not RuleStatus.DRAFT
        if changed or begins:  # a draft's versions never hold; leaving that state gives it one that does
            later = rules.NEVER if status is RuleStatus.DRAFT else None
            await rules.revise(programme_id, row["id"], asked, by=by, effective_from=later)
        if changed:
            changes.append(f"earning “{asked.name}”: a new version from now on")
        if (row["status"], row["position"]) != (status, position):
            await _set(programme_id, row["id"], status, position)
            if row["status"] != status:
                changes.append(f"earning “{asked.name}”: {status}")
    for name, row in there.items():
        await _set(programme_id, row["id"], RuleStatus.ARCHIVED, row["position"])
        changes.append(f"earning “{name}”: archived")
    return changes


async def _set(programme_id: int, rule_id: int, status: RuleStatus, position: int) -> None:
    await run(
        "UPDATE earning_rules SET status = {}, position = {}, version = version + 1"
        " WHERE programme_id = {} AND id = {}",
        status,
        position,
        programme_id,
        rule_id,
    )


def _named(names: Names) -> tuple[tuple[str, Mapping[str, int]], ...]:
    return ("stores", names.stores), ("tiers", names.tiers), ("segments", names.segments)


def _as_file(row: Mapping[str, Any], names: Names) -> dict[str, Any]:
    data = RuleDefinition.from_dict(loads(row["definition"])).to_dict()
    for key, known in _named(names):
        if key in data:
            data[key] = (naming.of_segments if key == "segments" else naming.of)(data[key], known)
    return data if row["status"] == RuleStatus.ACTIVE else {**data, "status": row["status"]}
