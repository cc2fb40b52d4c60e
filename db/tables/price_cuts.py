from piccolo.columns import JSONB, BigInt, Text, Timestamptz
from piccolo.table import Table


class PriceCut(Table, tablename="price_cuts"):
    """A reward for fewer points, for a time. Either `percent` or `new_points`; `ended_at`: before its time.

    One with a `customer_id` is that person's alone: a campaign gave it to them.
    """

    programme_id = BigInt()
    id = BigInt(primary_key=True)
    uid = Text()
    reward_id = BigInt()
    percent = BigInt(null=True, default=None)
    new_points = BigInt(null=True, default=None)
    tier_id = BigInt(null=True, default=None)
    starts_at = Timestamptz()
    ends_at = Timestamptz()
    ended_at = Timestamptz(null=True, default=None)
    version = BigInt(default=1)
    created_at = Timestamptz()
    segment_ids = JSONB(default="[]")
    customer_id = BigInt(null=True, default=None)
    campaign_id = BigInt(null=True, default=None)
