"""What completing the profile pays: the earning rule with that trigger, set from the preferences page."""

from dataclasses import replace

from db.engine import atomic, loads, retried, rows, run
from db.enums import EarningTrigger, RuleStatus
from loyalty import audit, clock, programmes
from loyalty.earning import rules
from loyalty.errors import Invalid
from loyalty.rules.actors import Actor
from loyalty.rules.earning import RuleDefinition

NAME = "Completing your taste profile"
MOST = 100_000

_RULES = """SELECT r.id, r.status, v.definition FROM earning_rules r
    JOIN earning_rule_versions v ON v.programme_id = r.programme_id AND v.rule_id = r.id AND v.number = (
        SELECT max(w.number) FROM earning_rule_versions w WHERE w.programme_id = r.programme_id AND w.rule_id = r.id)
    WHERE r.programme_id = {} AND r.trigger = {} AND r.status <> 'archived' ORDER BY r.position, r.id"""


@retried
async def set_bonus(programme_id: int, points: int, *, by: Actor) -> str:
    """Let completing pay `points` from now on, 0 for none. What was paid stays. The sentence for the toast.

    Raises Invalid, also where several rules pay for it: those are changed where rules are.
    """
    if not 0 <= points <= MOST:
        raise Invalid(f"The bonus is a whole number from 0 to {MOST:,}.", field="points")
    async with atomic():
        programme = await programmes.get(programme_id)
        found = await rows(_RULES, programme_id, EarningTrigger.PROFILE)
        if len(found) > 1:
            raise Invalid("Several earning rules pay for this. Change them there.", field="points")
        sentence = (
            f"Completing the profile earns {programme.amount(points)}"
            if points
            else "Completing the profile earns nothing"
        )
        if not found and points:
            definition = RuleDefinition.from_dict(
                {
                    "name": NAME,
                    "trigger": EarningTrigger.PROFILE,
                    "points": points,
                    "tier_multiplier": False,
                }
            )
            await rules.add(programme_id, definition, by=by, effective_from=clock.now())
        elif found:
            definition = RuleDefinition.from_dict(loads(found[0]["definition"]))
            if points and definition.points != points:
                await rules.revise(programme_id, found[0]["id"], replace(definition, points=points), by=by)
            status = RuleStatus.ACTIVE if points else RuleStatus.PAUSED
            await run(
                "UPDATE earning_rules SET status = {} WHERE programme_id = {} AND id = {}",
                status,
                programme_id,
                found[0]["id"],
            )
        await audit.record(
            programme_id,
            "preferences.bonus_set",
            ("programme", programme_id),
            sentence,
            by=by,
            after={"points": points},
        )
        return sentence
