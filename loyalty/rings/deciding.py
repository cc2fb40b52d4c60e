"""One decision for a whole ring: let it through, or block it and take back what was paid (PRODUCT G4)."""

from dataclasses import dataclass

from db.engine import atomic, hold, insert_many, retried, rows, run
from db.enums import Verdict
from db.ids import new_id, new_uid
from loyalty import audit, clock
from loyalty.audit import Action
from loyalty.errors import AlreadyDone, Invalid, Stale
from loyalty.ledger.locking import locked
from loyalty.referrals import stored
from loyalty.referrals.cancelling import cancel
from loyalty.referrals.deciding import let_through
from loyalty.rings.finding import RingView, ring
from loyalty.rings.planning import Step, plan
from loyalty.rules.actors import Actor
from loyalty.rules.rings import MOST_REFERRALS

_SAID = {Verdict.LET_THROUGH: "let through", Verdict.BLOCKED: "blocked, and what was paid taken back"}


@dataclass(frozen=True, slots=True)
class Decided:
    """The sentence for the toast, and the action that Undo takes back."""

    sentence: str
    action: Action


@retried
async def decide(
    programme_id: int, uid: str, verdict: Verdict, *, by: Actor, reason: str, key: str, seen: str
) -> Decided:
    """Do with every referral of a ring what `planning.plan` says, all or nothing.

    `seen` is `RingView.seen` of what was on screen. Each referral's own action stays in the trail beside the
    ring's. Raises Stale when the ring has changed, AlreadyDone when it is decided, Invalid when it is too
    large, NotFound, and what cancelling raises.
    """
    async with atomic():
        await hold("rings", programme_id)
        found = await ring(programme_id, uid)
        await _refuse(found, seen)
        members = [await stored.find(programme_id, each.uid) for each in found.referrals]
        for referrer in sorted({each.referrer_id for each in members}):
            await locked(programme_id, referrer)
        steps = await plan(programme_id, found, verdict)
        actions = [
            await _take(programme_id, step, verdict, by=by, reason=reason, key=key)
            for step in steps
            if step.acts
        ]
        decision = await _keep(programme_id, verdict, [each.id for each in members])
        count = len(members)
        sentence = f"A ring of {count} {'referral' if count == 1 else 'referrals'} was {_SAID[verdict]}"
        action = await audit.record(
            programme_id,
            "referrals.ring_decided",
            ("ring", decision),
            sentence,
            by=by,
            after={"verdict": verdict, "score": found.score.score, "referrals": count},
            reason=reason,
            undo={
                "noun": "rings",
                "verdict": verdict,
                "decision": decision,
                "actions": actions,
            },
        )
        return Decided(sentence, action)


async def _refuse(found: RingView, seen: str) -> None:
    if found.seen != seen:
        raise Stale("The ring has changed since you opened this. Look at what is in it now.")
    if found.decided:
        raise AlreadyDone("This ring has been decided already.")
    if len(found.referrals) > MOST_REFERRALS:
        raise Invalid(
            f"This ring has {len(found.referrals)} referrals; {MOST_REFERRALS} can be decided together. "
            "Cancel some of them one by one first."
        )


async def _take(programme_id: int, step: Step, verdict: Verdict, *, by: Actor, reason: str, key: str) -> int:
    uid = step.referral.uid
    if verdict is Verdict.LET_THROUGH:
        done = await let_through(programme_id, uid, by=by, reason=reason, key=f"{key}:{uid}")
        return done.id
    cancelled = await cancel(
        programme_id, uid, by=by, reason=reason, key=f"{key}:{uid}", take_back_reward=step.take_back
    )
    return cancelled.action.id


async def _keep(programme_id: int, verdict: Verdict, members: list[int]) -> int:
    now = clock.now()
    id_ = new_id(now)
    await run(
        "INSERT INTO ring_decisions (programme_id, id, uid, verdict, at) VALUES ({}, {}, {}, {}, {})",
        programme_id,
        id_,
        new_uid(),
        verdict,
        now,
    )
    await insert_many(
        "ring_referrals",
        ("programme_id", "decision_id", "referral_id"),
        [(programme_id, id_, member) for member in members],
    )
    return id_


async def waiting_since_undone(programme_id: int, decision: int) -> None:
    """Let the ring of this decision wait again, in the caller's transaction."""
    changed = await run(
        "UPDATE ring_decisions SET undone_at = {} WHERE programme_id = {} AND id = {} AND undone_at IS NULL"
        " RETURNING id",
        clock.now(),
        programme_id,
        decision,
    )
    if not changed:
        raise AlreadyDone("This decision has already been undone.")


async def undone_actions(programme_id: int, ids: list[int]) -> set[int]:
    """Which of these actions somebody has taken back one by one meanwhile."""
    marks = ", ".join(["{}"] * len(ids))
    found = await rows(
        f"SELECT undoes_id FROM actions WHERE programme_id = {{}} AND undoes_id IN ({marks})",
        programme_id,
        *ids,
    )
    return {row["undoes_id"] for row in found}
