"""No row points to something that isn't in its own programme. DESIGN §5: the tenant is the programme."""

from typing import TypeAlias

from loyalty.ledger.invariants.invariant import Invariant

_POINTERS = (
    ("entry ", "ledger_entries", "uid", ("customer_id", "customers", "id")),
    (
        *("entry ", "ledger_entries", "uid"),
        ("store_id", "stores", "id"),
        ("rule_version_id", "earning_rule_versions", "id"),
        ("issued_reward_id", "issued_rewards", "id"),
        ("referral_id", "referrals", "id"),
        ("review_id", "reviews", "id"),
    ),
    ("order ", "orders", "uid", ("customer_id", "customers", "id"), ("store_id", "stores", "id")),
    (
        *("issued reward ", "issued_rewards", "uid"),
        ("customer_id", "customers", "id"),
        ("reward_id", "rewards", "id"),
        ("campaign_id", "campaigns", "id"),
    ),
    (
        *("referral ", "referrals", "uid"),
        ("referrer_id", "customers", "id"),
        ("friend_id", "customers", "id"),
        ("coupon_id", "issued_rewards", "id"),
        ("order_id", "orders", "id"),
    ),
    ("review ", "reviews", "uid", ("customer_id", "customers", "id")),
    ("lot ", "lots", "id", ("entry_id", "ledger_entries", "id")),
    ("lot ", "lots", "id", ("customer_id", "accounts", "customer_id")),
    ("draw on lot ", "allocations", "lot_id", ("lot_id", "lots", "id")),
    ("draw on lot ", "allocations", "lot_id", ("entry_id", "ledger_entries", "id")),
    ("draw on lot ", "allocations", "lot_id", ("by_entry_id", "ledger_entries", "id")),
    ("tier of customer ", "customer_tiers", "customer_id", ("tier_id", "tiers", "id")),
    ("order line ", "order_lines", "order_id", ("order_id", "orders", "id")),
    (
        *("line earning ", "line_earnings", "order_id"),
        ("rule_version_id", "earning_rule_versions", "id"),
        ("multiplier_id", "multipliers", "id"),
    ),
    (
        "multiplier ",
        "multipliers",
        "uid",
        ("customer_id", "customers", "id"),
        ("campaign_id", "campaigns", "id"),
    ),
    (
        "price cut ",
        "price_cuts",
        "uid",
        ("customer_id", "customers", "id"),
        ("campaign_id", "campaigns", "id"),
    ),
    ("order bonus ", "order_bonuses", "uid", ("entry_id", "ledger_entries", "id")),
)
"""What the offender is called, its table, the column that names it, and which columns point where.

The columns of a line are looked at together, row by row; where each row points into a large table, a line of its
own lets the database compare the two as sets. Where an order is pointed to, `orders` reads both anyway.
"""
_FEW = frozenset({"stores", "earning_rule_versions", "rewards", "campaigns", "tiers"})
"""Tables of which no shop has many rows."""

_Pointer: TypeAlias = tuple[str, str, str]


def _astray(label: str, table: str, name: str, *pointers: _Pointer) -> str:
    astray = {column: _missing(column, target, key) for column, target, key in pointers}
    which = " ".join(f"WHEN {condition} THEN '{column}'" for column, condition in astray.items())
    return f"""SELECT '{label}' || CAST(x.{name} AS TEXT) || ' (' || CASE {which} END || ')' AS offender FROM {table} x
        WHERE x.programme_id = {{0}} AND ({" OR ".join(f"({condition})" for condition in astray.values())})"""


def _missing(column: str, target: str, key: str) -> str:
    there = f"SELECT y.{key} FROM {target} y WHERE y.programme_id = {{0}}"
    if target in _FEW:
        return f"x.{column} IS NOT NULL AND x.{column} NOT IN ({there})"
    return f"x.{column} IS NOT NULL AND NOT EXISTS ({there} AND y.{key} = x.{column})"


INVARIANTS = (
    Invariant(
        "nothing_points_outside",
        "Everything a row names exists in the same programme.",
        " UNION ".join(_astray(*pointer) for pointer in _POINTERS),
    ),
)
