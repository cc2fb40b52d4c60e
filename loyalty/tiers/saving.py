"""Changing the programme's tiers and how they are reached (PRODUCT F1, F3)."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from db.engine import atomic, retried, rows, run
from db.enums import TierDowngrade, TierMetric, TierWindow
from db.ids import new_id, new_uid
from loyalty import audit, clock, queue, repeats
from loyalty.audit import Action
from loyalty.drafts import fingerprint
from loyalty.errors import Invalid, Stale
from loyalty.rules.actors import Actor
from loyalty.rules.tiers import Tier, TierPolicy, checked
from loyalty.tiers.schemes import Scheme, TierRecord, scheme

_POLICY = """INSERT INTO tier_policies (programme_id, metric, period, rolling_days, grace_days, downgrade)
    VALUES ({}, {}, {}, {}, {}, {})
    ON CONFLICT (programme_id) DO UPDATE SET metric = excluded.metric, period = excluded.period,
      rolling_days = excluded.rolling_days, grace_days = excluded.grace_days, downgrade = excluded.downgrade,
      version = tier_policies.version + 1"""
_TIER = """INSERT INTO tiers (programme_id, id, uid, name, rank, threshold, keep_threshold, multiplier_percent, metal,
      perks, entry_points, entry_rewards)
    VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {})
    ON CONFLICT (programme_id, id) DO UPDATE SET name = excluded.name, rank = excluded.rank,
      threshold = excluded.threshold, keep_threshold = excluded.keep_threshold,
      multiplier_percent = excluded.multiplier_percent, metal = excluded.metal, perks = excluded.perks,
      entry_points = excluded.entry_points, entry_rewards = excluded.entry_rewards, archived_at = NULL"""


@dataclass(frozen=True, slots=True, kw_only=True)
class TierDraft:
    """One tier as typed. `uid` None: the tier of that name, else a new one. `threshold` in the metric.

    `entry_rewards` are uids of rewards, issued free on entering.
    """

    name: str
    rank: int
    threshold: int
    uid: str | None = None
    keep_threshold: int | None = None
    multiplier_percent: int = 100
    metal: str = ""
    perks: tuple[str, ...] = ()
    entry_points: int = 0
    entry_rewards: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Saved:
    """The scheme in force now, what to say, and the audited action."""

    scheme: Scheme
    sentence: str
    action: Action


@retried
async def save(
    programme_id: int,
    policy: TierPolicy | None,
    drafts: Sequence[TierDraft],
    *,
    by: Actor,
    key: str,
    seen: str | None = None,
) -> Saved:
    """Put this policy and exactly these tiers in force; tiers left out are archived. PRODUCT F1.

    A job looks at everybody right after. `policy` None: tiers are given by hand only. `seen` is the
    fingerprint of the scheme that was read; None overwrites. Raises Invalid (thresholds must rise with
    rank), Stale, KeyReused.
    """
    plain_policy = asdict(policy) if policy else None
    asked = repeats.mark(key, plain_policy, [asdict(draft) for draft in drafts])
    async with atomic():
        await _lock(programme_id)
        done = await repeats.earlier(programme_id, "tiers.saved", ("programme", programme_id), asked)
        before = await scheme(programme_id)
        if done is not None:
            return Saved(before, done.action.sentence, done.action)
        if seen is not None and seen != fingerprint(plain(before)):
            raise Stale("The tiers were changed by somebody else meanwhile. Look again at what would move.")
        await refuse_unknown_rewards(programme_id, drafts)
        records = matched(before, drafts)
        await write(programme_id, policy, records)
        now_in_force = await scheme(programme_id)
        action = await audit.record(
            programme_id,
            "tiers.saved",
            ("programme", programme_id),
            "The tiers have been changed",
            by=by,
            before=plain(before),
            after=plain(now_in_force) | asked.stored,
            undo={
                "noun": "tiers",
                "verb": "tiers.saved",
                "before": plain(before),
                "left": fingerprint(plain(now_in_force)),
            },
        )
        return Saved(now_in_force, action.sentence, action)


async def write(programme_id: int, policy: TierPolicy | None, records: Sequence[TierRecord]) -> None:
    """Write policy and tiers, and have a job look at everybody. Raises Invalid."""
    refuse(policy, records)
    if policy is None:
        await run("DELETE FROM tier_policies WHERE programme_id = {}", programme_id)
    else:
        await run(
            _POLICY,
            programme_id,
            policy.metric,
            policy.window,
            policy.rolling_days if policy.window is TierWindow.ROLLING else None,
            policy.grace_days,
            policy.downgrade,
        )
    # Archived first, all of them: ranks and names of the old tiers must not stand in the way of the new.
    await run(
        "UPDATE tiers SET archived_at = {} WHERE programme_id = {} AND archived_at IS NULL",
        clock.now(),
        programme_id,
    )
    for record in records:
        level = record.level
        await run(
            _TIER,
            programme_id,
            level.id,
            record.uid,
            level.name,
            level.rank,
            level.threshold,
            level.keep_threshold,
            level.multiplier_percent,
            record.metal,
            json.dumps(record.perks),
            level.entry_points,
            json.dumps(record.entry_rewards),
        )
    await run("UPDATE customer_tiers SET evaluated_at = NULL WHERE programme_id = {}", programme_id)
    await queue.enqueue(programme_id, "evaluate_tiers", {}, dedupe_key="evaluate_tiers:changed")


def refuse(policy: TierPolicy | None, records: Sequence[TierRecord]) -> None:
    """Raises Invalid for tiers that can't be, naming the field."""
    checked([record.level for record in records])
    if policy is None:
        return
    if policy.window is TierWindow.ROLLING and not 1 <= policy.rolling_days <= 3660:
        raise Invalid("A rolling window has 1 to 3660 days.", field="rolling_days")
    if not 0 <= policy.grace_days <= 366:
        raise Invalid("The grace lasts 0 to 366 days.", field="grace_days")


async def restore(programme_id: int, payload: Mapping[str, Any]) -> str:
    """Put an earlier scheme back in force, as its audit row remembers it. Raises Stale for a later change."""
    await _lock(programme_id)
    before = payload["before"]
    if payload.get("left") not in (None, fingerprint(plain(await scheme(programme_id)))):
        raise Stale("The tiers have changed again since.")
    policy = policy_of(before["policy"])
    records = [
        TierRecord(
            row["uid"], Tier(**row["level"]), row["metal"], tuple(row["perks"]), tuple(row["entry_rewards"])
        )
        for row in before["tiers"]
    ]
    await write(programme_id, policy, records)
    return "The tiers are as they were before"


def policy_of(row: Mapping[str, Any] | None) -> TierPolicy | None:
    """A policy as JSON remembers it."""
    if row is None:
        return None
    return TierPolicy(
        metric=TierMetric(row["metric"]),
        window=TierWindow(row["window"]),
        rolling_days=row["rolling_days"],
        grace_days=row["grace_days"],
        downgrade=TierDowngrade(row["downgrade"]),
    )


def plain(current: Scheme) -> dict[str, Any]:
    """A scheme as JSON for the audit trail."""
    policy = asdict(current.policy) if current.policy else None
    return {"policy": policy, "tiers": [asdict(record) for record in current.tiers]}


def matched(before: Scheme, drafts: Sequence[TierDraft]) -> list[TierRecord]:
    """The drafts as records: a tier keeps its id, a new one gets one. Raises Invalid."""
    by_uid = {record.uid: record for record in before.tiers}
    by_name = {record.level.name.casefold(): record for record in before.tiers}
    records = []
    for draft in drafts:
        known = by_uid.get(draft.uid) if draft.uid else by_name.get(draft.name.strip().casefold())
        if draft.uid and known is None:
            raise Invalid(f"There is no tier any more that {draft.name} could replace.", field="tier")
        if not 1 <= len(draft.name.strip()) <= 60:
            raise Invalid("The name of a tier has 1 to 60 characters.", field="name")
        level = Tier(
            id=known.level.id if known else new_id(clock.now()),
            name=draft.name.strip(),
            rank=draft.rank,
            threshold=draft.threshold,
            keep_threshold=draft.keep_threshold,
            multiplier_percent=draft.multiplier_percent,
            entry_points=draft.entry_points,
        )
        uid = known.uid if known else new_uid()
        records.append(TierRecord(uid, level, draft.metal, draft.perks, draft.entry_rewards))
    return records


async def refuse_unknown_rewards(programme_id: int, drafts: Sequence[TierDraft]) -> None:
    """Raises Invalid for an entry reward that isn't in the catalogue."""
    wanted = {uid for draft in drafts for uid in draft.entry_rewards}
    if not wanted:
        return
    marks = ", ".join(["{}"] * len(wanted))
    sql = f"SELECT uid FROM rewards WHERE programme_id = {{}} AND uid IN ({marks})"
    if len(await rows(sql, programme_id, *wanted)) < len(wanted):
        raise Invalid("An entry reward isn't in the catalogue.", field="entry_rewards")


async def _lock(programme_id: int) -> None:
    await run("UPDATE programmes SET version = version WHERE programme_id = {}", programme_id)
