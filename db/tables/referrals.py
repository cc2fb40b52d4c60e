from piccolo.columns import JSONB, BigInt, Boolean, Text, Timestamptz
from piccolo.table import Table


class ReferralPolicy(Table, tablename="referral_policies"):
    """What a referral pays, and to whom."""

    programme_id = BigInt(primary_key=True)
    enabled = Boolean()
    referrer_points = BigInt(default=0)
    referrer_reward_id = BigInt(null=True, default=None)
    friend_reward_id = BigInt(null=True, default=None)
    min_order_minor = BigInt(default=0)
    lapse_days = BigInt(default=180)
    cookie_days = BigInt(default=7)
    version = BigInt(default=1)


class Referral(Table, tablename="referrals"):
    """One invitation, from click to payout (PRODUCT G1)."""

    programme_id = BigInt()
    id = BigInt(primary_key=True)
    uid = Text()
    referrer_id = BigInt()
    friend_id = BigInt(null=True, default=None)
    friend_email = Text(null=True, default=None)
    friend_email_key = Text(null=True, default=None)
    friend_name = Text(default="")
    status = Text()
    coupon_id = BigInt(null=True, default=None)
    order_id = BigInt(null=True, default=None)
    referrer_entry_id = BigInt(null=True, default=None)
    referrer_reward_id = BigInt(null=True, default=None)
    score = BigInt(default=0)
    evidence = JSONB()
    signals = JSONB()
    clicked_at = Timestamptz(null=True, default=None)
    claimed_at = Timestamptz(null=True, default=None)
    lapses_at = Timestamptz(null=True, default=None)
    completed_at = Timestamptz(null=True, default=None)
    ended_at = Timestamptz(null=True, default=None)
    end_reason = Text(default="")
    version = BigInt(default=1)
