"""Asking for a dry-run, and cancelling one that is under way (PRODUCT I2)."""

import json
from datetime import date, timedelta

from db.engine import atomic, retried, run
from db.enums import EarningTrigger
from db.ids import new_id, new_uid
from loyalty import audit, calendar, clock, programmes
from loyalty.dry_runs import stored
from loyalty.dry_runs.stored import DryRun
from loyalty.earning.editing import lock
from loyalty.errors import AlreadyDone, Invalid, KeyReused
from loyalty.queue import enqueue, knock
from loyalty.rules.actors import Actor
from loyalty.rules.earning_rules import RuleDefinition

DAYS = 90
LONGEST_DAYS = 3660

_INSERT = """INSERT INTO dry_runs (programme_id, id, uid, rule_id, definition, since, until, state, key, actor_name,
    created_at) VALUES ({}, {}, {}, {}, {}, {}, {}, 'waiting', {}, {}, {})"""


@retried
async def start(
    programme_id: int,
    rule_uid: str,
    definition: RuleDefinition,
    *,
    by: Actor,
    key: str,
    first: date | None = None,
    last: date | None = None,
) -> DryRun:
    """Have a rule's proposed wording tried on the orders of some days, the last ninety unless told.

    Nothing earns or loses by it. Repeating `key` returns the first run. Raises Invalid naming `first`,
    `last` or `trigger`, NotFound, KeyReused.
    """
    if definition.trigger is not EarningTrigger.ORDER:
        raise Invalid("Only rules for orders can be tried on orders.", field="trigger")
    async with atomic():
        programme = await programmes.get(programme_id)
        rule = await lock(programme_id, uid=rule_uid)
        today = calendar.today(programme)
        last = min(last or today, today)
        first = first or last - timedelta(days=DAYS - 1)
        if first > last:
            raise Invalid("The first day is after the last, or still to come.", field="first")
        if (last - first).days > LONGEST_DAYS:
            raise Invalid("A dry-run looks at ten years at most.", field="first")
        since, until = calendar.first_moment(programme, first), calendar.end(programme, last)
        before = await stored.by_key(programme_id, key)
        if before is not None:
            if (before.rule_id, before.definition, before.since) != (rule.id, definition, since):
                raise KeyReused(
                    "This form was already used for something else. Reload the page and try again."
                )
            return before
        now = clock.now()
        run_id = new_id(now)
        await run(
            _INSERT,
            programme_id,
            run_id,
            new_uid(),
            rule.id,
            json.dumps(definition.to_dict()),
            since,
            until,
            key,
            by.name,
            now,
        )
        await enqueue(programme_id, "dry_run", {"run": run_id}, dedupe_key=f"dry-run:{run_id}")
        await audit.record(
            programme_id,
            "earning.tried",
            ("earning_rule", rule.id),
            f"“{definition.name}” is tried on past orders",
            by=by,
            after={"first": first.isoformat(), "last": last.isoformat(), "definition": definition.to_dict()},
        )
        made = await stored.by_id(programme_id, run_id)
    knock()
    return made


@retried
async def cancel(programme_id: int, uid: str, *, by: Actor) -> DryRun:
    """Stop a run; what it found so far is kept. Raises NotFound, AlreadyDone when it is over."""
    async with atomic():
        found = await stored.by_uid(programme_id, uid)
        stopped = await run(
            "UPDATE dry_runs SET state = 'cancelled', finished_at = {} WHERE programme_id = {} AND id = {}"
            " AND state IN ('waiting', 'running') RETURNING id",
            clock.now(),
            programme_id,
            found.id,
        )
        if not stopped:
            raise AlreadyDone("This dry-run is over already.")
        await audit.record(
            programme_id,
            "earning.try_cancelled",
            ("earning_rule", found.rule_id),
            f"The dry-run of “{found.definition.name}” was cancelled",
            by=by,
        )
        return await stored.by_id(programme_id, found.id)
