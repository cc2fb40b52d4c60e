from piccolo.columns import BigInt, Boolean, Text, Timestamptz
from piccolo.table import Table


class Programme(Table, tablename="programmes"):
    """One loyalty programme: the tenant. Its id is the first key of every other table."""

    programme_id = BigInt(primary_key=True)
    uid = Text()
    handle = Text()
    name = Text()
    unit = Text(default="points")
    unit_one = Text(default="point")
    unit_many = Text(default="points")
    time_zone = Text(default="UTC")
    currency = Text(default="EUR")
    locale = Text(default="en")
    brand_colour = Text(default="#0f6b7a")
    objective = Text(default="")
    objective_metric = Text(default="returning")
    logo_digest = Text(null=True, default=None)
    guest_earning = Boolean(default=False)
    platform_customers_join = Boolean(default=False)
    hold_days = BigInt(default=14)
    expiry_policy = Text(default="rolling")
    expiry_months = BigInt(default=12)
    expiry_since = Timestamptz(null=True, default=None)
    pause_expiry_while_left = Boolean(default=False)
    negative_policy = Text(default="allow")
    stamp_card_size = BigInt(null=True, default=None)
    point_value_micros = BigInt(default=0)
    measures_opens = Boolean(default=False)
    mails_an_hour = BigInt(default=0)
    version = BigInt(default=1)
    created_at = Timestamptz()
