"""No row points to something that isn't in its own programme. DESIGN §5: the tenant is the programme."""

from loyalty.ledger.invariants.invariant import Invariant

_POINTERS = (
    ("entry ", "ledger_entries", "uid", "customer_id", "customers", "id"),
    ("entry ", "ledger_entries", "uid", "order_id", "orders", "id"),
    ("entry ", "ledger_entries", "uid", "store_id", "stores", "id"),
    ("entry ", "ledger_entries", "uid", "rule_version_id", "earning_rule_versions", "id"),
    ("entry ", "ledger_entries", "uid", "issued_reward_id", "issued_rewards", "id"),
    ("entry ", "ledger_entries", "uid", "referral_id", "referrals", "id"),
    ("entry ", "ledger_entries", "uid", "review_id", "reviews", "id"),
    ("order ", "orders", "uid", "customer_id", "customers", "id"),
    ("order ", "orders", "uid", "store_id", "stores", "id"),
    ("issued reward ", "issued_rewards", "uid", "customer_id", "customers", "id"),
    ("issued reward ", "issued_rewards", "uid", "reward_id", "rewards", "id"),
    ("referral ", "referrals", "uid", "referrer_id", "customers", "id"),
    ("referral ", "referrals", "uid", "friend_id", "customers", "id"),
    ("referral ", "referrals", "uid", "coupon_id", "issued_rewards", "id"),
    ("referral ", "referrals", "uid", "order_id", "orders", "id"),
    ("review ", "reviews", "uid", "customer_id", "customers", "id"),
    ("lot ", "lots", "id", "entry_id", "ledger_entries", "id"),
    ("lot ", "lots", "id", "customer_id", "accounts", "customer_id"),
    ("draw on lot ", "allocations", "lot_id", "lot_id", "lots", "id"),
    ("draw on lot ", "allocations", "lot_id", "entry_id", "ledger_entries", "id"),
    ("draw on lot ", "allocations", "lot_id", "by_entry_id", "ledger_entries", "id"),
    ("tier of customer ", "customer_tiers", "customer_id", "tier_id", "tiers", "id"),
    ("order line ", "order_lines", "order_id", "order_id", "orders", "id"),
    ("line earning ", "line_earnings", "order_id", "order_id", "orders", "id"),
    ("line earning ", "line_earnings", "order_id", "rule_version_id", "earning_rule_versions", "id"),
    ("line earning ", "line_earnings", "order_id", "multiplier_id", "multipliers", "id"),
    ("multiplier ", "multipliers", "uid", "customer_id", "customers", "id"),
    ("multiplier ", "multipliers", "uid", "campaign_id", "campaigns", "id"),
    ("reward copy ", "issued_rewards", "uid", "campaign_id", "campaigns", "id"),
    ("price cut ", "price_cuts", "uid", "customer_id", "customers", "id"),
    ("price cut ", "price_cuts", "uid", "campaign_id", "campaigns", "id"),
    ("order bonus ", "order_bonuses", "uid", "entry_id", "ledger_entries", "id"),
)
"""What the offender is called, its table, the column that names it, and which column points where."""


def _astray(label: str, table: str, name: str, column: str, target: str, key: str) -> str:
    return f"""SELECT '{label}' || CAST(x.{name} AS TEXT) || ' ({column})' AS offender FROM {table} x
        WHERE x.programme_id = {{0}} AND x.{column} IS NOT NULL AND NOT EXISTS (
            SELECT 1 FROM {target} y WHERE y.programme_id = {{0}} AND y.{key} = x.{column})"""


INVARIANTS = (
    Invariant(
        "nothing_points_outside",
        "Everything a row names exists in the same programme.",
        " UNION ".join(_astray(*pointer) for pointer in _POINTERS),
    ),
)
