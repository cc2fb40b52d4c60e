from piccolo.columns import JSONB, BigInt, Boolean, Text, Timestamptz
from piccolo.table import Table


class Tier(Table, tablename="tiers"):
    """A level with a threshold in the policy's metric (minor units, points or orders)."""

    programme_id = BigInt()
    id = BigInt(primary_key=True)
    uid = Text()
    name = Text()
    rank = BigInt()
    threshold = BigInt()
    keep_threshold = BigInt(null=True, default=None)
    multiplier_percent = BigInt(default=100)
    metal = Text(default="")
    perks = JSONB()
    entry_points = BigInt(default=0)
    entry_rewards = JSONB()
    archived_at = Timestamptz(null=True, default=None)


class TierPolicy(Table, tablename="tier_policies"):
    """How tiers are reached and lost (PRODUCT F1)."""

    programme_id = BigInt(primary_key=True)
    metric = Text()
    period = Text()
    rolling_days = BigInt(null=True, default=None)
    grace_days = BigInt(default=0)
    downgrade = Text()
    version = BigInt(default=1)


class CustomerTier(Table, tablename="customer_tiers"):
    """Where a customer stands now; the last row of `tier_changes` says the same."""

    programme_id = BigInt()
    customer_id = BigInt(primary_key=True)
    tier_id = BigInt(null=True, default=None)
    since = Timestamptz(null=True, default=None)
    qualified_until = Timestamptz(null=True, default=None)
    grace_until = Timestamptz(null=True, default=None)
    floor_tier_id = BigInt(null=True, default=None)
    floor_until = Timestamptz(null=True, default=None)
    metric_value = BigInt(default=0)
    evaluated_at = Timestamptz(null=True, default=None)
    version = BigInt(default=1)


class TierChange(Table, tablename="tier_changes"):
    """One move between tiers. Append-only."""

    programme_id = BigInt()
    id = BigInt(primary_key=True)
    customer_id = BigInt()
    from_tier_id = BigInt(null=True, default=None)
    to_tier_id = BigInt(null=True, default=None)
    manual = Boolean()
    reason = Text()
    notes = Text(default="")
    rewards_triggered = Boolean()
    period_key = Text()
    metric_value = BigInt()
    actor_kind = Text()
    actor_id = BigInt(null=True, default=None)
    actor_name = Text()
    at = Timestamptz()
