"""What changes between the tiers in force and others, thing by thing (PRODUCT F3)."""

from collections.abc import Iterator, Sequence

from db.enums import TierWindow
from loyalty.rules.tier_previews import Difference
from loyalty.rules.tiers import TierPolicy
from loyalty.tiers.schemes import Scheme, TierRecord

POLICY = "How tiers are reached"

_LABELS = {
    "metric": "Counts",
    "window": "Over",
    "rolling_days": "Days",
    "grace_days": "Days of grace",
    "downgrade": "When it is lost",
}


def differences(
    now: Scheme, policy: TierPolicy | None, tiers: Sequence[TierRecord]
) -> tuple[Difference, ...]:
    """Policy first, then tier by tier from below, removed ones last."""
    there, left = {record.uid: record for record in now.tiers}, {record.uid for record in tiers}
    return (
        *_of_policy(now.policy, policy),
        *(change for record in tiers for change in _of_tier(there.get(record.uid), record)),
        *(
            Difference(record.level.name, "Tier", record.level.name, None)
            for record in now.tiers
            if record.uid not in left
        ),
    )


def _of_policy(before: TierPolicy | None, after: TierPolicy | None) -> Iterator[Difference]:
    for name, label in _LABELS.items():
        was, will = _said(before, name), _said(after, name)
        if was != will:
            yield Difference(POLICY, label, was, will, name)


def _said(policy: TierPolicy | None, name: str) -> int | str | None:
    if policy is None or (name == "rolling_days" and policy.window is not TierWindow.ROLLING):
        return None
    value: int | str = getattr(policy, name)
    return value


def _of_tier(before: TierRecord | None, after: TierRecord) -> Iterator[Difference]:
    name = after.level.name
    if before is None:
        yield Difference(name, "Tier", None, name)
        yield Difference(name, "To get in", None, after.level.threshold, "metric")
        return
    was, will = before.level, after.level
    pairs = (
        ("Name", was.name, will.name, "text"),
        ("To get in", was.threshold, will.threshold, "metric"),
        ("To stay", was.keeps_at, will.keeps_at, "metric"),
        ("Multiplier", was.multiplier_percent, will.multiplier_percent, "percent"),
        ("For entering it", was.entry_points, will.entry_points, "points"),
        ("Looks", before.metal, after.metal, "text"),
        ("Perks", "; ".join(before.perks), "; ".join(after.perks), "text"),
    )
    for label, old, new, kind in pairs:
        if old != new:
            yield Difference(name, label, old, new, kind)
    if before.entry_rewards != after.entry_rewards:
        yield Difference(
            name, "Rewards for entering it", len(before.entry_rewards), len(after.entry_rewards), "number"
        )
