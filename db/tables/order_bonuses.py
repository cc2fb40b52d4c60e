from piccolo.columns import BigInt, Text, Timestamptz
from piccolo.table import Table


class OrderBonus(Table, tablename="order_bonuses"):
    """Points promised for somebody's nth order within a time (PRODUCT M1).

    `order_id` is the order that fulfilled it, while it stands; `entry_id` the latest credit. The four sums are
    kept as an order keeps its own: what stands is earned less clawed, covered by expiry and forgiven.
    """

    programme_id = BigInt()
    id = BigInt(primary_key=True)
    uid = Text()
    customer_id = BigInt()
    campaign_id = BigInt()
    nth = BigInt()
    points = BigInt()
    status = Text()
    key = Text()
    granted_at = Timestamptz()
    valid_until = Timestamptz()
    order_id = BigInt(null=True, default=None)
    entry_id = BigInt(null=True, default=None)
    withdrawn_at = Timestamptz(null=True, default=None)
    earned_points = BigInt(default=0)
    clawed_points = BigInt(default=0)
    covered_points = BigInt(default=0)
    forgiven_points = BigInt(default=0)
    revision = BigInt(default=0)
