from piccolo.columns import JSONB, BigInt, Boolean, Text, Timestamptz
from piccolo.table import Table


class Reward(Table, tablename="rewards"):
    """A catalogue item. `segment_ids` empty: for everybody."""

    programme_id = BigInt()
    id = BigInt(primary_key=True)
    uid = Text()
    name = Text()
    description = Text(default="")
    kind = Text()
    status = Text()
    points_price = BigInt()
    value_minor = BigInt(null=True, default=None)
    percent = BigInt(null=True, default=None)
    product = Text(default="")
    unit_cost_minor = BigInt(default=0)
    stock = BigInt(null=True, default=None)
    per_customer = BigInt(null=True, default=None)
    min_tier_id = BigInt(null=True, default=None)
    valid_from = Timestamptz(null=True, default=None)
    valid_until = Timestamptz(null=True, default=None)
    code_valid_days = BigInt(null=True, default=None)
    redeemable = Boolean(default=True)
    position = BigInt(default=0)
    segment_ids = JSONB(default="[]")
    version = BigInt(default=1)
    created_at = Timestamptz()


class IssuedReward(Table, tablename="issued_rewards"):
    """One customer's copy of a reward, with its unique code. `campaign_id`: a campaign gave it."""

    programme_id = BigInt()
    id = BigInt(primary_key=True)
    uid = Text()
    customer_id = BigInt(null=True, default=None)
    reward_id = BigInt()
    source = Text()
    code = Text()
    status = Text()
    points_paid = BigInt(default=0)
    entry_id = BigInt(null=True, default=None)
    price = JSONB()
    key = Text()
    issued_at = Timestamptz()
    expires_at = Timestamptz(null=True, default=None)
    reserved_until = Timestamptz(null=True, default=None)
    reserved_by = Text(default="")
    used_at = Timestamptz(null=True, default=None)
    used_order = Text(default="")
    voided_at = Timestamptz(null=True, default=None)
    void_reason = Text(default="")
    version = BigInt(default=1)
    campaign_id = BigInt(null=True, default=None)
