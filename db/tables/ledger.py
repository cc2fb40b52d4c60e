from piccolo.columns import JSONB, BigInt, Text, Timestamptz
from piccolo.table import Table


class Account(Table, tablename="accounts"):
    """The cached sums of a customer's entries. Provable from them at any time (PRODUCT C6)."""

    programme_id = BigInt()
    customer_id = BigInt(primary_key=True)
    balance = BigInt(default=0)
    debt = BigInt(default=0)
    earned = BigInt(default=0)
    redeemed = BigInt(default=0)
    expired = BigInt(default=0)
    clawed_back = BigInt(default=0)
    adjusted = BigInt(default=0)
    qualifying = BigInt(default=0)
    seq = BigInt(default=0)


class LedgerEntry(Table, tablename="ledger_entries"):
    """One signed change of points. Append-only (PRODUCT C1)."""

    programme_id = BigInt()
    id = BigInt(primary_key=True)
    uid = Text()
    customer_id = BigInt()
    seq = BigInt()
    kind = Text()
    points = BigInt()
    qualifying = BigInt(default=0)
    balance_after = BigInt()
    effective_at = Timestamptz()
    recorded_at = Timestamptz()
    available_at = Timestamptz(null=True, default=None)
    expires_at = Timestamptz(null=True, default=None)
    store_id = BigInt(null=True, default=None)
    order_id = BigInt(null=True, default=None)
    rule_version_id = BigInt(null=True, default=None)
    issued_reward_id = BigInt(null=True, default=None)
    referral_id = BigInt(null=True, default=None)
    review_id = BigInt(null=True, default=None)
    reverses_id = BigInt(null=True, default=None)
    breakdown = JSONB()
    reason = Text(default="")
    comment = Text(default="")
    actor_kind = Text()
    actor_id = BigInt(null=True, default=None)
    actor_name = Text()
    key = Text()
    fingerprint = Text()


class Lot(Table, tablename="lots"):
    """The spendable remainder of one credit. `lapses_at` is set once its expiry notice was delivered."""

    programme_id = BigInt()
    id = BigInt(primary_key=True)
    customer_id = BigInt()
    entry_id = BigInt()
    order_id = BigInt(null=True, default=None)
    points = BigInt()
    remaining = BigInt()
    available_at = Timestamptz()
    expires_at = Timestamptz(null=True, default=None)
    notified_at = Timestamptz(null=True, default=None)
    lapses_at = Timestamptz(null=True, default=None)


class Allocation(Table, tablename="allocations"):
    """How many points an entry took from a lot (negative: gave back). Append-only."""

    programme_id = BigInt()
    entry_id = BigInt()
    lot_id = BigInt()
    by_entry_id = BigInt(primary_key=True)
    points = BigInt()


class Debt(Table, tablename="debts"):
    """The part of a debit that no lot covered yet."""

    programme_id = BigInt()
    entry_id = BigInt(primary_key=True)
    customer_id = BigInt()
    points = BigInt()
    remaining = BigInt()
    cancelled = BigInt(default=0)


class ExpiryMove(Table, tablename="expiry_moves"):
    """An expiry date that moved, and why (PRODUCT J1). Append-only."""

    programme_id = BigInt()
    id = BigInt(primary_key=True)
    customer_id = BigInt()
    lot_id = BigInt()
    from_at = Timestamptz(null=True, default=None)
    to_at = Timestamptz(null=True, default=None)
    reason = Text()
    at = Timestamptz()
