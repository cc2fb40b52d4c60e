from piccolo.columns import JSONB, BigInt, Text, Timestamptz
from piccolo.table import Table


class Automation(Table, tablename="automations"):
    """A message to one person when something happens to them. `campaign_id` is the draft of what it says and gives.

    `days` and `percent` belong to some triggers. `live_version` is the version of the draft that is in effect,
    `on_since` when it was last switched on: what happened before starts nothing.
    """

    programme_id = BigInt()
    id = BigInt(primary_key=True)
    uid = Text()
    campaign_id = BigInt()
    state = Text()
    trigger = Text()
    segment_id = BigInt(null=True, default=None)
    tier_id = BigInt(null=True, default=None)
    reward_id = BigInt(null=True, default=None)
    days = BigInt(default=0)
    percent = BigInt(default=100)
    delay_minutes = BigInt(default=0)
    exits = JSONB()
    pause_days = BigInt(default=0)
    on_since = Timestamptz(null=True, default=None)
    looked_to = BigInt(null=True, default=None)
    live_version = BigInt(null=True, default=None)
    actor_name = Text()
    version = BigInt(default=1)
    created_at = Timestamptz()


class AutomationRun(Table, tablename="automation_runs"):
    """Something happened to somebody, and which campaign it led to. `occasion` happens once.

    `began` is the smallest id of the moment it was noted.
    `counts_from` and `counts_until` are ids of orders: what they bought between is what they did afterwards.
    """

    programme_id = BigInt()
    automation_id = BigInt()
    customer_id = BigInt()
    occasion = Text(primary_key=True)
    state = Text()
    began = BigInt()
    due_at = Timestamptz()
    campaign_id = BigInt(null=True, default=None)
    counts_from = BigInt(null=True, default=None)
    counts_until = BigInt(null=True, default=None)
