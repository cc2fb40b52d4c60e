from piccolo.columns import JSONB, BigInt, Text, Timestamptz
from piccolo.table import Table


class Multiplier(Table, tablename="multipliers"):
    """A promise of more points on one order; `order_id` is the order that used it (PRODUCT I3).

    `campaign_id`: a campaign gave it.
    """

    programme_id = BigInt()
    id = BigInt(primary_key=True)
    uid = Text()
    customer_id = BigInt()
    source = Text()
    name = Text()
    percent = BigInt()
    scope = JSONB()
    status = Text()
    key = Text()
    reason = Text(default="")
    actor_kind = Text()
    actor_id = BigInt(null=True, default=None)
    actor_name = Text()
    granted_at = Timestamptz()
    valid_until = Timestamptz()
    order_id = BigInt(null=True, default=None)
    used_at = Timestamptz(null=True, default=None)
    withdrawn_at = Timestamptz(null=True, default=None)
    campaign_id = BigInt(null=True, default=None)
