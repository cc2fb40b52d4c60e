from piccolo.columns import JSONB, BigInt, Text, Timestamptz
from piccolo.table import Table


class DryRun(Table, tablename="dry_runs"):
    """A proposed earning rule tried on real orders (PRODUCT I2). `cursor` is the last customer looked at."""

    programme_id = BigInt()
    id = BigInt(primary_key=True)
    uid = Text()
    rule_id = BigInt()
    definition = JSONB()
    since = Timestamptz()
    until = Timestamptz()
    state = Text()
    cursor = BigInt(default=0)
    customers_total = BigInt(default=0)
    customers_done = BigInt(default=0)
    orders_seen = BigInt(default=0)
    orders_changed = BigInt(default=0)
    points_before = BigInt(default=0)
    points_after = BigInt(default=0)
    winners = BigInt(default=0)
    losers = BigInt(default=0)
    rising = BigInt(default=0)
    falling = BigInt(default=0)
    error = Text(default="")
    key = Text()
    actor_name = Text()
    created_at = Timestamptz()
    finished_at = Timestamptz(null=True, default=None)


class DryRunCustomer(Table, tablename="dry_run_customers"):
    """A customer for whom a dry-run makes a difference; points are what is kept of the period's orders."""

    programme_id = BigInt()
    run_id = BigInt()
    customer_id = BigInt(primary_key=True)
    orders = BigInt()
    points_before = BigInt()
    points_after = BigInt()
    difference = BigInt()
    tier_before_id = BigInt(null=True, default=None)
    tier_after_id = BigInt(null=True, default=None)
    tier_moves = BigInt(default=0)
