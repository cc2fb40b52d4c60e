from piccolo.columns import JSONB, BigInt, Boolean, Text, Timestamptz
from piccolo.table import Table


class Order(Table, tablename="orders"):
    """A purchase with its money in minor units, and what it earned. `earning` holds the rules and context of it."""

    programme_id = BigInt()
    id = BigInt(primary_key=True)
    uid = Text()
    store_id = BigInt()
    external_id = Text()
    name = Text()
    customer_id = BigInt(null=True, default=None)
    status = Text()
    test = Boolean(default=False)
    currency = Text()
    total_minor = BigInt()
    reported_refund_minor = BigInt(default=0)
    refunded_minor = BigInt(default=0)
    channel = Text(default="")
    discount_codes = JSONB()
    earns = Boolean(null=True, default=None)
    earning = JSONB(null=True, default=None)
    earned_points = BigInt(default=0)
    clawed_points = BigInt(default=0)
    covered_points = BigInt(default=0)
    forgiven_points = BigInt(default=0)
    revision = BigInt(default=0)
    placed_at = Timestamptz()
    paid_at = Timestamptz(null=True, default=None)
    cancelled_at = Timestamptz(null=True, default=None)
    platform_updated_at = Timestamptz(null=True, default=None)
    received_at = Timestamptz()


class OrderLine(Table, tablename="order_lines"):
    """One line of an order; `total_minor` is what the customer paid for it."""

    programme_id = BigInt()
    order_id = BigInt()
    position = BigInt(primary_key=True)
    external_id = Text(default="")
    kind = Text()
    sku = Text(default="")
    product_id = Text(default="")
    title = Text(default="")
    category = Text(default="")
    tags = JSONB()
    quantity = BigInt()
    unit_minor = BigInt()
    discount_minor = BigInt(default=0)
    total_minor = BigInt()


class LineEarning(Table, tablename="line_earnings"):
    """Which part of an order earned what, or why nothing (PRODUCT B5)."""

    programme_id = BigInt()
    order_id = BigInt()
    position = BigInt(primary_key=True)
    line_position = BigInt(null=True, default=None)
    component = Text()
    rule_version_id = BigInt(null=True, default=None)
    base_minor = BigInt()
    rate = Text(default="")
    multiplier_percent = BigInt()
    multiplier_id = BigInt(null=True, default=None)
    boost_percent = BigInt(default=100)
    points = BigInt()
    zero_reason = Text(default="")


class Refund(Table, tablename="refunds"):
    """Money given back. Kept by the order's external id, so it may arrive before its order. Append-only."""

    programme_id = BigInt()
    id = BigInt(primary_key=True)
    store_id = BigInt()
    order_external_id = Text()
    external_id = Text()
    amount_minor = BigInt()
    lines = JSONB()
    refunded_at = Timestamptz()
    received_at = Timestamptz()
